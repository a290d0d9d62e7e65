using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Sampling;

/// <summary>
/// How a model's file says that the model is to be sampled: GGUF's keys general.sampling.*, which of a folder are made of its
/// generation_config.json.
/// </summary>
internal static class FileSampling
{
    private const string Prefix = "general.sampling.";

    /// <summary>The usual options with what the file says in place of them.</summary>
    /// <exception cref="ModelFormatException">A key has a value of another type or out of range.</exception>
    public static SamplingOptions Read(GgufMetadata metadata)
    {
        var usual = new SamplingOptions();
        SamplingOptions options = usual with
        {
            Temperature = metadata.GetSingle(Prefix + "temp", usual.Temperature),
            TopK = metadata.GetInt32(Prefix + "top_k", usual.TopK),
            TopP = metadata.GetSingle(Prefix + "top_p", usual.TopP),
            MinP = metadata.GetSingle(Prefix + "min_p", usual.MinP),
            RepeatLastN = metadata.GetInt32(Prefix + "penalty_last_n", usual.RepeatLastN),
            RepeatPenalty = metadata.GetSingle(Prefix + "penalty_repeat", usual.RepeatPenalty),
        };
        try
        {
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException(metadata.File, Prefix + "*", $"a value that cannot be: {e.Message}", "options of sampling", e);
        }
    }
}
