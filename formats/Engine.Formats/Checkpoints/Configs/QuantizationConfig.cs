namespace Engine.Formats.Checkpoints.Configs;

/// <summary>What a checkpoint says about its quantization, read from quantization_config or one of the older files.</summary>
/// <param name="File">Path of the file that says so.</param>
public abstract record QuantizationConfig(string File)
{
    /// <summary>For people: "GPTQ, 4 bit, groups of 128".</summary>
    public abstract string Description { get; }

    /// <summary>"groups of 128", or "per channel" for -1.</summary>
    private protected static string GroupText(int groupSize) => groupSize < 0 ? "per channel" : $"groups of {groupSize}";
}
