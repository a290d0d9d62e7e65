using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Blocks;

/// <summary>Decoding against ggml's own, on the vectors of ENGINE_SHARED (fixtures/ggml/README.md).</summary>
public class GgmlVectorTests
{
    private static readonly Lazy<FixtureTensors> Types = new(() => new(SharedFiles.Require("fixtures/ggml/types.safetensors")));

    public static IEnumerable<TheoryDataRow<QuantType>> WeightTypes => Rows(info => info.Type != QuantType.F32);

    public static IEnumerable<TheoryDataRow<QuantType>> QuantisedTypes => Rows(info => info.IsQuantized);

    [Theory]
    [MemberData(nameof(WeightTypes))]
    public void Decode_gives_the_bits_that_ggml_gives_for_what_ggml_quantised(QuantType type)
    {
        string bytes = Types.Value.Has($"{type}.bytes") ? $"{type}.bytes" : $"{type}.bytes_imatrix";
        AssertDecodes(type, Types.Value.Bytes(bytes), Types.Value.Floats($"{type}.dequant"));
    }

    [Theory]
    [MemberData(nameof(QuantisedTypes))]
    public void Decode_gives_the_bits_that_ggml_gives_for_random_patterns(QuantType type)
    {
        AssertDecodes(type, Types.Value.Bytes($"{type}.random"), Types.Value.Floats($"{type}.random_dequant"));
    }

    [Theory]
    [MemberData(nameof(EncodableTypes))]
    public void Encode_gives_the_bytes_that_ggml_gives(QuantType type)
    {
        ReadOnlySpan<byte> expected = Types.Value.Bytes($"{type}.bytes");
        byte[] actual = new byte[expected.Length];
        QuantTypes.Get(type).Encode(Types.Value.Floats("src"), actual);
        Assert.Equal(expected, actual);
    }

    public static IEnumerable<TheoryDataRow<QuantType>> EncodableTypes => Rows(info => info.CanEncode && info.Type != QuantType.F32);

    private static IEnumerable<TheoryDataRow<QuantType>> Rows(Func<QuantTypeInfo, bool> included) => QuantTypes.All
        .Where(info => info.CanDecode && info.Type is not (QuantType.Q8_1 or QuantType.Q8_K) && included(info))
        .Select(info => new TheoryDataRow<QuantType>(info.Type));

    private static void AssertDecodes(QuantType type, ReadOnlySpan<byte> blocks, ReadOnlySpan<float> expected)
    {
        float[] values = new float[expected.Length];
        QuantTypeInfo info = QuantTypes.Get(type);
        info.Decode(blocks, values);
        BitAssert.Equal(expected, values);
        Assert.Equal(-1, info.FirstInvalidBlock(blocks));
    }
}
