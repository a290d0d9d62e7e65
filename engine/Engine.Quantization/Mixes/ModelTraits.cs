using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Quantization.Mixes;

/// <summary>What the choice of types depends on beside the tensors themselves.</summary>
/// <param name="Architecture">The value of general.architecture.</param>
/// <param name="Layers">Blocks of the model.</param>
/// <param name="HeadsPerKeyValueHead">Query heads that share a key and value head in the first layer; 0 where it has no such head.</param>
/// <param name="Experts">Experts per layer; 0 for a dense model.</param>
public sealed record ModelTraits(string Architecture, int Layers, int HeadsPerKeyValueHead, int Experts)
{
    private static readonly (string Architecture, int Layers)[] Seventy =
        [("llama", 80), ("qwen2", 80), ("deci", 80), ("olmo", 80), ("jais2", 68)];

    /// <summary>Whether llama.cpp counts the model to the 70B class, whose small value projections it stores with more bits.</summary>
    public bool IsSeventyBillion =>
        Seventy.Contains((Architecture, Layers)) && (Architecture != "llama" || HeadsPerKeyValueHead != 1);

    /// <summary>Whether the model is a Falcon, for which other rules hold.</summary>
    public bool IsFalcon => Architecture == "falcon";

    /// <summary>Reads the traits from a model's metadata.</summary>
    /// <exception cref="ModelFormatException">A key is missing, of another type or out of range.</exception>
    public static ModelTraits Of(GgufMetadata metadata)
    {
        string architecture = metadata.GetString("general.architecture");
        int heads = First(metadata, $"{architecture}.attention.head_count", 0);
        int shared = First(metadata, $"{architecture}.attention.head_count_kv", heads);
        return new ModelTraits(
            architecture,
            metadata.GetInt32($"{architecture}.block_count"),
            shared > 0 ? heads / shared : 0,
            metadata.GetInt32($"{architecture}.expert_count", 0));
    }

    // Some models have a number per layer.
    private static int First(GgufMetadata metadata, string key, int defaultValue) =>
        metadata.TryGetValue(key, out GgufValue? value) && value.Type == GgufValueType.Array
            ? metadata.GetInt32s(key).FirstOrDefault(defaultValue)
            : metadata.GetInt32(key, defaultValue);
}
