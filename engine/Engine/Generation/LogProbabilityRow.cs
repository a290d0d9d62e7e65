using Engine.Sampling;

namespace Engine.Generation;

/// <summary>Log-probabilities of a row of logits: of one token and of the most probable ones. Allocates nothing per row.</summary>
internal sealed class LogProbabilityRow
{
    private readonly int[] _ids;
    private readonly CandidateOrder _order = new();
    private readonly TokenLogProbability[] _top;
    private int _found;

    internal LogProbabilityRow(int vocabularySize, int top)
    {
        top = Math.Min(top, vocabularySize);
        _top = new TokenLogProbability[top];
        _ids = top > 0 ? Enumerable.Range(0, vocabularySize).ToArray() : [];
    }

    /// <summary>The most probable tokens, descending, equals by id.</summary>
    internal ReadOnlySpan<TokenLogProbability> Top => _top.AsSpan(0, _found);

    /// <summary>Takes a row; returns the log-probability of <paramref name="id"/>.</summary>
    internal float Measure(ReadOnlySpan<float> logits, int id)
    {
        double logSum = Softmax.LogSumExp(logits);
        _found = 0;
        if (_top.Length > 0)
        {
            foreach (ulong key in _order.Top(_ids.AsSpan(0, logits.Length), logits, Math.Min(_top.Length, logits.Length)))
                _top[_found++] = new TokenLogProbability(CandidateOrder.Id(key), (float)(CandidateOrder.Logit(key) - logSum));
        }
        return (float)(logits[id] - logSum);
    }
}
