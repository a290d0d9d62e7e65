using System.Diagnostics.CodeAnalysis;

namespace Engine.Quantization.Synthetic;

/// <summary>The sizes of a published model.</summary>
/// <param name="Name">What the shape is called ("tinyllama-1.1b").</param>
/// <param name="Architecture">The family's name in GGUF.</param>
/// <param name="Layers">Blocks.</param>
/// <param name="Width">Length of the hidden state.</param>
/// <param name="FeedForward">Width of the feed-forward network.</param>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="Vocabulary">Tokens.</param>
/// <param name="Context">Positions that the model was trained on.</param>
/// <param name="RopeBase">Base of the rotation's frequencies.</param>
/// <param name="IsTied">Whether the embedding is also the output.</param>
/// <param name="HasBias">Whether queries, keys and values have a bias.</param>
public sealed record ModelShape(
    string Name, string Architecture, int Layers, int Width, int FeedForward, int Heads, int KeyValueHeads, int Vocabulary, int Context,
    float RopeBase, bool IsTied = false, bool HasBias = false)
{
    /// <summary>The shapes that are known by name, the smallest first; sizes are the ones that their publishers state.</summary>
    public static IReadOnlyList<ModelShape> All { get; } =
    [
        new("smollm2-135m", "llama", 30, 576, 1536, 9, 3, 49152, 8192, 100_000, IsTied: true),
        new("qwen2.5-0.5b", "qwen2", 24, 896, 4864, 14, 2, 151936, 32768, 1_000_000, IsTied: true, HasBias: true),
        new("tinyllama-1.1b", "llama", 22, 2048, 5632, 32, 4, 32000, 2048, 10_000),
        new("llama-3.2-1b", "llama", 16, 2048, 8192, 32, 8, 128256, 131072, 500_000, IsTied: true),
        new("llama-3-8b", "llama", 32, 4096, 14336, 32, 8, 128256, 8192, 500_000),
    ];

    /// <summary>Length of a head.</summary>
    public int HeadLength => Width / Heads;

    /// <summary>Looks up a shape by name; case does not matter.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out ModelShape? shape)
    {
        shape = All.FirstOrDefault(candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return shape is not null;
    }
}
