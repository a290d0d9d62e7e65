namespace Engine.Formats.Checkpoints.Configs;

/// <summary>How compressed-tensors stores weights.</summary>
public enum CompressedFormat
{
    /// <summary>pack-quantized: integers in 32-bit words.</summary>
    Packed,

    /// <summary>int-quantized, float-quantized and naive-quantized: a byte for each weight.</summary>
    Bytes,

    /// <summary>nvfp4-pack-quantized.</summary>
    NvFp4,

    /// <summary>mxfp4-pack-quantized.</summary>
    MxFp4,

    /// <summary>mxfp8-quantized.</summary>
    MxFp8,
}

/// <summary>What shares a scale in compressed-tensors.</summary>
public enum CompressedStrategy
{
    /// <summary>All weights.</summary>
    Tensor,

    /// <summary>The weights of an output.</summary>
    Channel,

    /// <summary>Neighbouring weights of an output.</summary>
    Group,

    /// <summary>Rectangles.</summary>
    Block,
}

/// <summary>One scheme of a compressed-tensors checkpoint.</summary>
/// <param name="Name">Its name in config_groups.</param>
/// <param name="Format">How weights are stored.</param>
/// <param name="Bits">Bits of a weight, 2 to 8.</param>
/// <param name="IsFloat">FP8 or FP4, and not integers.</param>
/// <param name="Symmetric">Whether there are no zero points.</param>
/// <param name="Strategy">What shares a scale.</param>
/// <param name="GroupSize">Columns of a group; 0 where the strategy is another.</param>
/// <param name="Block">Rows and columns of a block where the strategy is that.</param>
/// <param name="Activations">How inputs are quantized; null where they are not.</param>
public sealed record CompressedGroup(
    string Name, CompressedFormat Format, int Bits, bool IsFloat, bool Symmetric, CompressedStrategy Strategy, int GroupSize,
    (int Rows, int Columns) Block, ActivationQuantization? Activations)
{
    internal ModuleTargets Targets { get; init; } = ModuleTargets.None;
}

/// <summary>compressed-tensors, the format of llm-compressor.</summary>
/// <param name="File">Path of the file that says so.</param>
/// <param name="Groups">The schemes.</param>
public sealed record CompressedTensorsConfig(string File, IReadOnlyList<CompressedGroup> Groups) : QuantizationConfig(File)
{
    private const int MostGroups = 1000;

    /// <inheritdoc/>
    public override string Description =>
        "compressed-tensors, "
        + string.Join("; ", Groups.Select(group => $"{group.Format} {group.Bits} bit per {group.Strategy}".ToLowerInvariant()));

    /// <summary>Modules left out of quantizing.</summary>
    internal ModuleTargets Ignored { get; init; } = ModuleTargets.None;

    /// <summary>The scheme of a module; null where none is for it.</summary>
    /// <exception cref="ModelFormatException">A regular expression takes too long.</exception>
    public CompressedGroup? GroupOf(string module)
    {
        if (Ignored.FitOf(module) != TargetFit.None) return null;
        CompressedGroup? best = null;
        TargetFit bestFit = TargetFit.None;
        foreach (CompressedGroup group in Groups)
        {
            TargetFit fit = group.Targets.FitOf(module);
            if (fit > bestFit) (best, bestFit) = (group, fit);
        }
        return best;
    }

    internal static CompressedTensorsConfig Read(ConfigSection section)
    {
        if (section.FindSection("sparsity_config")?.FindString("format") is { } sparsity && sparsity != "dense")
            throw section.Error("sparsity_config.format", $"\"{ModelFormatException.Shown(sparsity)}\"", "dense weights");
        string? format = section.FindString("format");
        CompressedGroup[] groups =
            [.. section.Section("config_groups").Members().Select(group => CompressedGroupReader.Read(group.Key, group.Value, format))];
        if (groups.Length is 0 or > MostGroups)
            throw section.Error("config_groups", $"{groups.Length} groups", $"1 to {MostGroups}");
        return new CompressedTensorsConfig(section.File, groups)
        {
            Ignored = ModuleTargets.Read(section, "ignore"),
        };
    }
}
