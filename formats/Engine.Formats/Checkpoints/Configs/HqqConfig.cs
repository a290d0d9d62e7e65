namespace Engine.Formats.Checkpoints.Configs;

/// <summary>HQQ. A module's own tensors (nbits, group_size, axis) say how it is quantized; this holds where they are missing.</summary>
/// <param name="File">Path of the file that says so.</param>
/// <param name="Bits">Bits of a code; 0 where it is not said.</param>
/// <param name="GroupSize">Weights that share a scale; 0 where it is not said.</param>
/// <param name="Axis">1: groups along the rows; 0: down the columns.</param>
public sealed record HqqConfig(string File, int Bits, int GroupSize, int Axis) : QuantizationConfig(File)
{
    /// <inheritdoc/>
    public override string Description => Bits == 0 ? "HQQ" : $"HQQ, {Bits} bit, groups of {GroupSize}";

    internal static HqqConfig Read(ConfigSection section)
    {
        ConfigSection? weights = section.FindSection("quant_config")?.FindSection("weight_quant_params");
        return weights is null
            ? new HqqConfig(section.File, 0, 0, 0)
            : new HqqConfig(
                section.File, weights.Int("nbits", 1, 8, 0), weights.Int("group_size", 1, int.MaxValue, 0), weights.Int("axis", 0, 1, 0));
    }
}
