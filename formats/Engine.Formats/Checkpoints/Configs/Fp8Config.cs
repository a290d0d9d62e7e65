namespace Engine.Formats.Checkpoints.Configs;

/// <summary>The FP8 weights of DeepSeek-V3 and of transformers' quant_method "fp8": E4M3 with a scale for each block.</summary>
/// <param name="File">Path of the file that says so.</param>
/// <param name="Block">Rows and columns of a block; null for one scale for the whole matrix.</param>
/// <param name="DynamicActivations">Whether the inputs' scales are computed from each input, per group of a block's columns.</param>
public sealed record Fp8Config(string File, (int Rows, int Columns)? Block, bool DynamicActivations) : QuantizationConfig(File)
{
    /// <inheritdoc/>
    public override string Description => Block is var (rows, columns) ? $"FP8, blocks of {rows} x {columns}" : "FP8, per tensor";

    internal static Fp8Config Read(ConfigSection section)
    {
        if (section.FindString("fmt") is { } format && format != "e4m3") throw section.Error("fmt", section.ShownValue("fmt"), "e4m3");
        string scheme = section.FindString("activation_scheme") ?? "dynamic";
        if (scheme is not ("dynamic" or "static"))
            throw section.Error("activation_scheme", section.ShownValue("activation_scheme"), "dynamic or static");
        return new Fp8Config(section.File, section.FindSizes("weight_block_size"), scheme == "dynamic");
    }
}
