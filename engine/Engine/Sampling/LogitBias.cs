namespace Engine.Sampling;

/// <summary>
/// Adds a fixed number to the logits of chosen tokens; -infinity forbids one. The order stays, but no longer counts as sorted.
/// </summary>
public sealed class LogitBias : ILogitProcessor
{
    private readonly KeyValuePair<int, float>[] _biases;

    /// <summary>Creates the processor.</summary>
    /// <param name="biases">Token id and what is added to its logit: finite, or -infinity. Ids that are no candidates are ignored.</param>
    /// <exception cref="ArgumentException">A bias is NaN or +infinity.</exception>
    public LogitBias(IEnumerable<KeyValuePair<int, float>> biases)
    {
        ArgumentNullException.ThrowIfNull(biases);
        _biases = biases.ToArray();
        foreach ((int id, float bias) in _biases)
        {
            if (!(bias < float.PositiveInfinity))
            {
                throw new ArgumentException(
                    $"The logit bias of token {id} is {bias}, expected a finite number or -infinity.", nameof(biases));
            }
        }
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_biases.Length == 0) return;
        foreach ((int id, float bias) in _biases)
        {
            int index = candidates.IndexOf(id);
            if (index >= 0) candidates.Logits[index] += bias;
        }
        candidates.MarkUnsorted();
    }
}
