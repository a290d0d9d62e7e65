using System.Text.Json;
using Xunit;

namespace Engine.Formats.Tests.Blocks;

/// <summary>A block or two of every type with ggml's values for it (data/block-vectors.json, which names its source).</summary>
public class BlockVectorTests
{
    private static readonly JsonElement Vectors = JsonDocument
        .Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "block-vectors.json")))
        .RootElement.GetProperty("types");

    public static IEnumerable<TheoryDataRow<QuantType>> Types => QuantTypes.All
        .Where(info => info.IsQuantized && info.Type is not (QuantType.Q8_1 or QuantType.Q8_K))
        .Select(info => new TheoryDataRow<QuantType>(info.Type));

    [Theory]
    [MemberData(nameof(Types))]
    public void Decode_gives_the_recorded_bits(QuantType type)
    {
        JsonElement vector = Vectors.GetProperty(type.ToString());
        byte[] blocks = Convert.FromHexString(vector.GetProperty("blocks").GetString()!);
        float[] expected = [.. vector.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
        float[] actual = new float[expected.Length];
        QuantTypes.Get(type).Decode(blocks, actual);
        BitAssert.Equal(expected, actual);
    }
}
