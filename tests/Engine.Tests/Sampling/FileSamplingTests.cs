using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

public sealed class FileSamplingTests
{
    [Fact]
    public void Keys_of_the_file_stand_in_place_of_the_usual_options()
    {
        SamplingOptions options = FileSampling.Read(Metadata(("temp", GgufValue.Of(0.3f)), ("top_k", GgufValue.Of(9))));
        Assert.Equal(new SamplingOptions { Temperature = 0.3f, TopK = 9 } with { LogitBias = options.LogitBias, DrySequenceBreakers = options.DrySequenceBreakers }, options);
    }

    [Theory]
    [InlineData("temp", float.NaN)]
    [InlineData("top_p", 2f)]
    [InlineData("penalty_repeat", 0f)]
    public void Values_that_cannot_be_are_refused(string key, float value) =>
        Assert.Throws<ModelFormatException>(() => FileSampling.Read(Metadata((key, GgufValue.Of(value)))));

    private static GgufMetadata Metadata(params (string Key, GgufValue Value)[] values) =>
        new("file", values.Select(pair => KeyValuePair.Create("general.sampling." + pair.Key, pair.Value)));
}
