using System.Text.Json;
using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints;

/// <summary>Chooses the codec of a quantized checkpoint by what its config.json says under quantization_config.</summary>
public static class WeightCodecs
{
    private const string ConfigKey = "quantization_config";

    private const int LongestFile = 1 << 24;

    /// <summary>What AutoGPTQ, AutoAWQ and ModelOpt write beside a config.json that says nothing.</summary>
    private static readonly string[] OlderFiles = ["quantize_config.json", "quant_config.json", "hf_quant_config.json"];

    /// <summary>Makes the codec of a checkpoint.</summary>
    /// <param name="file">Path of config.json, for messages.</param>
    /// <param name="config">The value of quantization_config.</param>
    /// <param name="tensors">The checkpoint's tensors; the codec reads them as long as it is used.</param>
    /// <exception cref="ModelFormatException">A method that is unknown or not given, or settings that the method does not have.</exception>
    public static IWeightCodec Create(string file, JsonElement config, SafetensorsFile tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return new QuantizedCheckpoint(QuantizationConfigReader.Read(file, ConfigKey, config), tensors);
    }

    /// <summary>Makes the codec of a checkpoint whose config.json has no quantization_config, from a file of its own beside it.</summary>
    /// <param name="folder">The checkpoint's folder.</param>
    /// <param name="tensors">The checkpoint's tensors; the codec reads them as long as it is used.</param>
    /// <returns>The codec; null where there is no such file, that is for a model that is not quantized.</returns>
    /// <exception cref="ModelFormatException">The file is no JSON, or describes no method that is supported.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static IWeightCodec? CreateFromOlderFile(string folder, SafetensorsFile tensors)
    {
        foreach (string name in OlderFiles)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path)) continue;
            byte[] text = SmallFile.Read(path, LongestFile, "a JSON file");
            return new QuantizedCheckpoint(QuantizationConfigReader.Read(JsonText.Parse(text, path, "")), tensors);
        }
        return null;
    }
}
