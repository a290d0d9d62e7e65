namespace Engine.Sampling;

/// <summary>
/// One step between a model's logits and the next token: a penalty, a filter, a grammar, a draw. Processors run in the order of their
/// <see cref="SamplerChain"/>, each on what the one before left.
/// </summary>
/// <remarks>An instance belongs to one sequence at a time and is not thread-safe.</remarks>
public interface ILogitProcessor
{
    /// <summary>Changes logits, removes candidates, orders them or selects one.</summary>
    /// <exception cref="SamplingException">The logits leave nothing to choose from.</exception>
    void Apply(Candidates candidates);

    /// <summary>Tells the processor that <paramref name="token"/> now ends the sequence, be it of the prompt or generated.</summary>
    void Accept(int token)
    {
    }

    /// <summary>Returns to the state after construction: no history, random source at its seed.</summary>
    void Reset()
    {
    }
}
