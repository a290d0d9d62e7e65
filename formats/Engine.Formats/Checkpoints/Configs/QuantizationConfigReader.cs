using System.Text.Json;

namespace Engine.Formats.Checkpoints.Configs;

/// <summary>Turns the JSON that describes a quantization into its <see cref="QuantizationConfig"/>.</summary>
public static class QuantizationConfigReader
{
    private const string MethodKey = "quant_method";
    private const string Methods = "gptq, awq, bitsandbytes, compressed-tensors, fp8, mxfp4, modelopt, torchao or hqq";

    /// <summary>Reads a description.</summary>
    /// <param name="file">Path of the file that holds it, for messages.</param>
    /// <param name="path">Where it stands in the file ("quantization_config"); empty for all of it.</param>
    /// <param name="json">The description.</param>
    /// <exception cref="ModelFormatException">
    /// The method is unknown or not given, or its settings are missing, of the wrong kind, or not of this method.
    /// </exception>
    public static QuantizationConfig Read(string file, string path, JsonElement json) => Read(new ConfigSection(file, path, json));

    internal static QuantizationConfig Read(ConfigSection section) =>
        (section.FindString(MethodKey) ?? MethodBySettings(section)) switch
        {
            "gptq" => GptqConfig.Read(section),
            "awq" => AwqConfig.Read(section),
            "bitsandbytes" => BitsAndBytesConfig.Read(section),
            "compressed-tensors" => CompressedTensorsConfig.Read(section),
            "fp8" => Fp8Config.Read(section),
            "mxfp4" => new Mxfp4Config(section.File),
            "modelopt" => ModelOptConfig.Read(section),
            "torchao" => new TorchAoConfig(section.File),
            "hqq" => HqqConfig.Read(section),
            _ => throw section.Error(MethodKey, section.ShownValue(MethodKey), Methods),
        };

    /// <summary>The method of a file that does not name it, by a setting that only this method has.</summary>
    private static string? MethodBySettings(ConfigSection section) =>
        section.Has("config_groups") ? "compressed-tensors"
        : section.Has("load_in_4bit") || section.Has("load_in_8bit") ? "bitsandbytes"
        : section.Has("w_bit") || section.Has("zero_point") ? "awq"
        : section.Has("desc_act") || section.Has("damp_percent") ? "gptq"
        : section.Has("quant_algo") || section.FindSection("quantization")?.Has("quant_algo") == true ? "modelopt"
        : section.FindSection("quant_config")?.Has("weight_quant_params") == true ? "hqq"
        : null;
}
