namespace Engine.Sampling;

/// <summary>Selects the candidate with the largest logit; among equals the one with the lowest id.</summary>
public sealed class Greedy : ILogitProcessor
{
    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        float max = candidates.RequireHighest();
        ReadOnlySpan<float> logits = candidates.Logits;
        ReadOnlySpan<int> ids = candidates.Ids;
        int best = Softmax.IndexOfMax(logits);
        if (!candidates.IsInVocabularyOrder)
        {
            for (int i = best + 1; i < logits.Length; i++)
                if (logits[i] == max && ids[i] < ids[best]) best = i;
        }
        candidates.Select(best);
    }
}
