using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;
using Xunit;

namespace Engine.Quantization.Tests.Mixes;

public class ModelTraitsTests
{
    [Fact]
    public void Heads_per_layer_count_by_the_first_layer()
    {
        ModelTraits traits = Of(("heads", GgufValue.Of(new[] { 8, 4 })), ("heads_kv", GgufValue.Of(new[] { 2, 4 })));
        Assert.Equal(new ModelTraits("test", 2, 4, 0), traits);
        Assert.Equal(0, Of(("heads", GgufValue.Of(8)), ("heads_kv", GgufValue.Of(new[] { 0, 4 }))).HeadsPerKeyValueHead);
        Assert.Equal(1, Of(("heads", GgufValue.Of(8))).HeadsPerKeyValueHead);
    }

    [Fact]
    public void A_missing_key_is_named()
    {
        var metadata = new GgufMetadata("a.gguf", [KeyValuePair.Create("general.architecture", GgufValue.Of("test"))]);
        Assert.Contains("test.block_count", Assert.Throws<ModelFormatException>(() => ModelTraits.Of(metadata)).Message, StringComparison.Ordinal);
    }

    private static ModelTraits Of(params (string Key, GgufValue Value)[] values) => ModelTraits.Of(new GgufMetadata("a.gguf",
    [
        KeyValuePair.Create("general.architecture", GgufValue.Of("test")),
        KeyValuePair.Create("test.block_count", GgufValue.Of(2)),
        .. values.Select(pair => KeyValuePair.Create(
            $"test.attention.{pair.Key.Replace("heads", "head_count", StringComparison.Ordinal)}", pair.Value)),
    ]));
}
