namespace Engine.Formats.Checkpoints.Configs;

/// <summary>The order in which AWQ codes lie in their words.</summary>
public enum AwqVersion
{
    /// <summary>AutoAWQ's GEMM (also loaded by its exllama and ipex back ends): words along the outputs, nibbles out of order.</summary>
    Gemm,

    /// <summary>AutoAWQ's GEMV: words along the inputs.</summary>
    Gemv,

    /// <summary>AutoAWQ's GEMV-fast and llm-awq: 16-bit integers, four rows interleaved, offsets in place of zero points.</summary>
    Interleaved,
}

/// <summary>AWQ as AutoAWQ, llm-awq and GPTQModel write it.</summary>
/// <param name="File">Path of the file that says so.</param>
/// <param name="GroupSize">Columns that share a scale; -1 for a whole row.</param>
/// <param name="HasZeros">Whether groups have zero points.</param>
/// <param name="Version">The order of the codes.</param>
public sealed record AwqConfig(string File, int GroupSize, bool HasZeros, AwqVersion Version) : QuantizationConfig(File)
{
    /// <summary>Bits of a code.</summary>
    public const int Bits = 4;

    /// <inheritdoc/>
    public override string Description => $"AWQ ({Version}), {Bits} bit, {GroupText(GroupSize)}";

    internal static AwqConfig Read(ConfigSection section)
    {
        string bitsKey = section.FirstOf("bits", "w_bit");
        int bits = section.Int(bitsKey, 1, 32);
        if (bits != Bits) throw section.Error(bitsKey, $"{bits}", $"{Bits}");
        string groupKey = section.FirstOf("group_size", "q_group_size");
        int groupSize = section.Int(groupKey, -1, int.MaxValue);
        if (groupSize == 0) throw section.Error(groupKey, "0", "-1 or a positive number");

        string versionKey = section.FirstOf("version", "format", "checkpoint_format");
        AwqVersion version = (section.FindString(versionKey) ?? "gemm").ToLowerInvariant() switch
        {
            "gemm" or "exllama" or "ipex" => AwqVersion.Gemm,
            "gemv" => AwqVersion.Gemv,
            "gemv_fast" or "llm-awq" => AwqVersion.Interleaved,
            _ => throw section.Error(versionKey, section.ShownValue(versionKey), "gemm, gemv, gemv_fast, llm-awq, exllama or ipex"),
        };
        // transformers names llm-awq's files by their back end alone.
        if (section.FindString("backend") == "llm-awq") version = AwqVersion.Interleaved;
        return new AwqConfig(section.File, groupSize, section.Bool("zero_point", true), version);
    }
}
