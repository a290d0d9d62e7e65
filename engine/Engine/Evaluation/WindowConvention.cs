namespace Engine.Evaluation;

/// <summary>Which positions of a text's windows are scored. Numbers of different conventions do not compare.</summary>
public enum WindowConvention
{
    /// <summary>
    /// llama-perplexity's: with a window of n tokens (512 unless said otherwise), positions n/2 to n-2 predict their next token, so that
    /// each has at least half a window before it. Where the model begins texts with a special token, that token takes the place of each
    /// window's first.
    /// </summary>
    LlamaCpp,

    /// <summary>
    /// That of the quantization papers (GPTQ, AWQ, OmniQuant and others): windows of 2048 tokens, all of which predict their next one; the
    /// special token stands at the text's beginning alone.
    /// </summary>
    Papers,
}
