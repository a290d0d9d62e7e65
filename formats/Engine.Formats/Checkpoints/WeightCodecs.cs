using System.Text.Json;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints;

/// <summary>Chooses the codec of a quantized checkpoint by what its config.json says under quantization_config.</summary>
public static class WeightCodecs
{
    private const string MethodKey = "quant_method";

    /// <summary>Makes the codec of a checkpoint.</summary>
    /// <param name="file">Path of config.json, for messages.</param>
    /// <param name="config">The value of quantization_config.</param>
    /// <param name="tensors">The checkpoint's tensors; the codec reads them as long as it is used.</param>
    /// <exception cref="ModelFormatException">A method that is unknown or not given, or settings that the method does not have.</exception>
    public static IWeightCodec Create(string file, JsonElement config, SafetensorsFile tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        string method =
            config.ValueKind == JsonValueKind.Object && config.TryGetProperty(MethodKey, out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        throw new ModelFormatException(
            file, $"quantization_config.{MethodKey}", $"\"{ModelFormatException.Shown(method)}\"", "a supported method of quantization");
    }
}
