using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Models;
using Engine.Models.HuggingFace;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>A folder shows the tensors and sizes that llama.cpp's converter writes for it.</summary>
public sealed class FolderTensorTests
{
    // Where the file has the compressed keys apart and transposed, the folder shows the older form with both together.
    private static readonly string[] SplitKeys = ["attn_k_b", "attn_v_b"];

    public static IEnumerable<TheoryDataRow<string>> Names() => SharedFiles.Root is null
        ? [new TheoryDataRow<string>("")]
        : FixtureModels.Generators().Append(new TheoryDataRow<string>("bert"));

    [Theory, MemberData(nameof(Names))]
    public void A_folder_shows_the_numbers_of_the_GGUF_file(string name)
    {
        using GgufFile file = GgufFile.Open(FixtureModels.Path(name));
        using ModelFolder folder = ModelFolder.Open(FixtureModels.Path(name, "hf"));
        foreach (GgufTensor expected in file.Tensors)
        {
            if (SplitKeys.Any(expected.Name.Contains)) continue;
            ITensor actual = folder.GetTensor(expected.Name);
            Assert.Equal(expected.Elements, actual.Elements);
            Assert.Equal(expected.Shape, actual.Shape);
            if (expected.Name.StartsWith("rope_", StringComparison.Ordinal))
                Assert.All(Decode(expected).Zip(Decode(actual)), pair => Assert.Equal(pair.First, pair.Second, 1e-6f * pair.First));
            else
                Assert.True(Decode(expected).AsSpan().SequenceEqual(Decode(actual)), expected.Name);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_folder_shows_the_sizes_of_the_GGUF_file(string name)
    {
        using GgufFile file = GgufFile.Open(FixtureModels.Path(name));
        using ModelFolder folder = ModelFolder.Open(FixtureModels.Path(name, "hf"));
        Config expected = Config.Read(file), actual = Config.Read(folder);
        string[] layers = [.. expected.Layers.Select(layer => Shown(layer, name))];
        Assert.Equal(layers, actual.Layers.Select(layer => Shown(layer, name)));
        Assert.Equal(Shown(expected), Shown(actual));
    }

    // Mistral's window has no place in its file, as its note says.
    private static string Shown(LayerConfig layer, string name) => $"{(name == "mistral" ? layer with { Window = 0 } : layer)}";

    /// <summary>What both say alike: all but the name, the layers, YaRN's ramp, and Falcon's context, which its files have as 2048.</summary>
    private static string Shown(Config config) => $"{config with
    {
        Name = null,
        ContextLength = config.Architecture == "falcon" ? 0 : config.ContextLength,
        Layers = [],
        Rope = Shown(config.Rope),
        WindowRope = config.Layers.Any(layer => layer.Window > 0) && config.Architecture != "llama" ? Shown(config.WindowRope) : null,
    }}";

    private static RopeConfig? Shown(RopeConfig? rope) =>
        rope is null ? null : rope with { WholePairs = true, OriginalContext = rope.Scaling == RopeScaling.None ? 0 : rope.OriginalContext };

    private static float[] Decode(ITensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        var values = new float[tensor.Elements];
        tensor.Type.Decode(bytes, values);
        return values;
    }
}
