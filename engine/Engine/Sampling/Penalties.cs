using System.Runtime.InteropServices;

namespace Engine.Sampling;

/// <summary>
/// Makes tokens of the recent past less likely. A logit above zero is divided by the repetition penalty and any other multiplied by it
/// (N. Keskar et al., "CTRL", 2019, with the usual correction for negative logits); then the count of the token in the window times the
/// frequency penalty and, once, the presence penalty are subtracted.
/// </summary>
public sealed class Penalties : ILogitProcessor
{
    private readonly float _repeat, _frequency, _presence;
    private readonly bool _off;
    private readonly TokenWindow _window;
    private readonly Dictionary<int, int> _counts = [];

    /// <summary>Creates the processor.</summary>
    /// <param name="lastN">Tokens of the past that count; off at 0 or below.</param>
    /// <param name="repeat">Repetition penalty, above 0; 1 is none.</param>
    /// <param name="frequency">Subtracted once per occurrence.</param>
    /// <param name="presence">Subtracted once.</param>
    /// <exception cref="ArgumentException">A number is NaN, or the repetition penalty not above 0.</exception>
    public Penalties(int lastN, float repeat, float frequency, float presence)
    {
        _repeat = repeat > 0 ? repeat : throw new ArgumentException($"repeat is {repeat}, expected a number above 0.", nameof(repeat));
        _frequency = Guard.NotNaN(frequency);
        _presence = Guard.NotNaN(presence);
        _off = lastN <= 0 || (repeat == 1 && frequency == 0 && presence == 0);
        _window = new TokenWindow(lastN);
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_off) return;
        Span<float> logits = candidates.Logits;
        if (candidates.IsInVocabularyOrder)
        {
            foreach ((int id, int count) in _counts)
                if ((uint)id < (uint)logits.Length) Penalise(ref logits[id], count);
        }
        else
        {
            ReadOnlySpan<int> ids = candidates.Ids;
            for (int i = 0; i < ids.Length; i++)
                if (_counts.TryGetValue(ids[i], out int count)) Penalise(ref logits[i], count);
        }
        candidates.MarkUnsorted();
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        if (_off) return;
        CollectionsMarshal.GetValueRefOrAddDefault(_counts, token, out _)++;
        if (!_window.Add(token, out int oldest)) return;
        if (--CollectionsMarshal.GetValueRefOrNullRef(_counts, oldest) == 0) _counts.Remove(oldest);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        _window.Clear();
        _counts.Clear();
    }

    private void Penalise(ref float logit, int count)
    {
        logit = logit <= 0 ? logit * _repeat : logit / _repeat;
        logit -= count * _frequency + _presence;
    }
}
