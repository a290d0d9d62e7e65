namespace Engine.Formats.Checkpoints.Configs;

/// <summary>How NVIDIA's ModelOpt stores a module's weights.</summary>
public enum ModelOptAlgorithm
{
    /// <summary>E4M3, one scale.</summary>
    Fp8,

    /// <summary>E4M3, a scale per output.</summary>
    Fp8PerChannel,

    /// <summary>E4M3, a scale per block of 128 x 128.</summary>
    Fp8Blocks,

    /// <summary>E2M1 with an E4M3 scale per group and one scale of scales.</summary>
    NvFp4,
}

/// <summary>NVIDIA's ModelOpt: hf_quant_config.json, or quantization_config with quant_method "modelopt".</summary>
/// <param name="File">Path of the file that says so.</param>
/// <param name="Algorithm">Of all modules that <paramref name="Layers"/> does not name; null where only those are quantized.</param>
/// <param name="GroupSize">Columns of an NVFP4 group.</param>
/// <param name="Layers">Algorithms of single modules, by name.</param>
public sealed record ModelOptConfig(
    string File, ModelOptAlgorithm? Algorithm, int GroupSize, IReadOnlyDictionary<string, ModelOptAlgorithm> Layers)
    : QuantizationConfig(File)
{
    private const string MixedPrecision = "MIXED_PRECISION";

    /// <inheritdoc/>
    public override string Description => $"ModelOpt, {Algorithm?.ToString() ?? "mixed"}";

    /// <summary>The algorithm of a module; null where the file gives none.</summary>
    public ModelOptAlgorithm? AlgorithmOf(string module) =>
        Layers.TryGetValue(module, out ModelOptAlgorithm algorithm) ? algorithm : Algorithm;

    internal static ModelOptConfig Read(ConfigSection section)
    {
        // hf_quant_config.json has the settings one level deeper.
        ConfigSection settings = section.FindSection("quantization") ?? section;
        bool mixed = settings.String("quant_algo") == MixedPrecision;
        var layers = new Dictionary<string, ModelOptAlgorithm>(StringComparer.Ordinal);
        foreach ((string module, ConfigSection layer) in settings.FindSection("quantized_layers")?.Members() ?? [])
            layers[module] = ReadAlgorithm(layer);
        return new ModelOptConfig(section.File, mixed ? null : ReadAlgorithm(settings), settings.Int("group_size", 1, 1 << 16, 16), layers);
    }

    private static ModelOptAlgorithm ReadAlgorithm(ConfigSection section) => section.String("quant_algo") switch
    {
        "FP8" => ModelOptAlgorithm.Fp8,
        "FP8_PER_CHANNEL_PER_TOKEN" => ModelOptAlgorithm.Fp8PerChannel,
        "FP8_PB_WO" => ModelOptAlgorithm.Fp8Blocks,
        "NVFP4" or "NVFP4_AWQ" => ModelOptAlgorithm.NvFp4,
        _ => throw section.Error(
            "quant_algo", section.ShownValue("quant_algo"),
            "FP8, FP8_PER_CHANNEL_PER_TOKEN, FP8_PB_WO, NVFP4, NVFP4_AWQ or MIXED_PRECISION"),
    };
}
