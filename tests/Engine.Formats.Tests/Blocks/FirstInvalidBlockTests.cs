using System.Runtime.InteropServices;
using Xunit;

namespace Engine.Formats.Tests.Blocks;

public class FirstInvalidBlockTests
{
    public static IEnumerable<TheoryDataRow<QuantType>> Decodable
        => QuantTypes.All.Where(info => info.CanDecode).Select(info => new TheoryDataRow<QuantType>(info.Type));

    /// <summary>All but NVFP4, of which no block is invalid.</summary>
    public static IEnumerable<TheoryDataRow<QuantType>> WithScales => Decodable.Where(row => row.Data != QuantType.NVFP4);

    public static TheoryData<QuantType, byte[]> NonFiniteFloats => new()
    {
        { QuantType.F32, [0, 0, 0x80, 0x7F] },
        { QuantType.F32, [1, 0, 0x80, 0xFF] },
        { QuantType.F16, [0, 0xFC] },
        { QuantType.F16, [1, 0x7C] },
        { QuantType.BF16, [0x80, 0x7F] },
        { QuantType.BF16, [0xFF, 0xFF] },
    };

    /// <summary>A scale that is not finite reaches the weights: so random blocks test the rule without knowing where scales lie.</summary>
    [Theory]
    [MemberData(nameof(Decodable))]
    public void A_block_is_invalid_exactly_when_it_decodes_to_something_not_finite(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        var random = new Random(4);
        byte[] block = new byte[info.BlockBytes];
        float[] values = new float[info.BlockElements];
        int invalid = 0;
        for (int i = 0; i < 3000; i++)
        {
            random.NextBytes(block);
            // The largest finite scales of MXFP4 and Q8_K (a float32) give infinite weights; the sum of Q8_1 reaches no weight.
            if (type == QuantType.MXFP4 && block[0] is > 252 and < 255) continue;
            if (type == QuantType.Q8_K && Math.Abs(MemoryMarshal.Read<float>(block)) is > 1e36f and < float.PositiveInfinity) continue;
            if (type == QuantType.Q8_1) block[3] &= 0x3F;
            info.Decode(block, values);
            bool finite = values.All(float.IsFinite);
            Assert.Equal(finite ? -1 : 0, info.FirstInvalidBlock(block));
            invalid += finite ? 0 : 1;
        }
        Assert.Equal(type != QuantType.NVFP4, invalid > 0);
    }

    [Theory]
    [MemberData(nameof(WithScales))]
    public void The_first_of_several_invalid_blocks_is_named(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        byte[] blocks = new byte[5 * info.BlockBytes];
        Assert.Equal(-1, info.FirstInvalidBlock(blocks));
        blocks.AsSpan(4 * info.BlockBytes).Fill(0xFF);
        Assert.Equal(4, info.FirstInvalidBlock(blocks));
        blocks.AsSpan(2 * info.BlockBytes, info.BlockBytes).Fill(0xFF);
        Assert.Equal(2, info.FirstInvalidBlock(blocks));
        Assert.Equal(-1, info.FirstInvalidBlock(blocks.AsSpan(0, 2 * info.BlockBytes)));
        Assert.Equal(-1, info.FirstInvalidBlock([]));
    }

    [Theory]
    [MemberData(nameof(NonFiniteFloats))]
    public void A_float_that_is_not_finite_is_found_at_every_place_of_every_length(QuantType type, byte[] number)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        for (int length = 1; length <= 140; length++)
        {
            // The largest finite numbers all around, negative ones too.
            byte[] numbers = new byte[length * info.BlockBytes];
            for (int i = 0; i < length; i++)
                LargestFinite(type, negative: i % 2 == 1).CopyTo(numbers, i * info.BlockBytes);
            Assert.Equal(-1, info.FirstInvalidBlock(numbers));
            for (int at = 0; at < length; at++)
            {
                byte[] changed = [.. numbers];
                number.CopyTo(changed, at * info.BlockBytes);
                Assert.Equal(at, info.FirstInvalidBlock(changed));
            }
        }
    }

    [Theory]
    [InlineData(QuantType.Q4_1, 2)]
    [InlineData(QuantType.Q5_1, 2)]
    [InlineData(QuantType.Q8_1, 2)]
    [InlineData(QuantType.Q4_K, 2)]
    [InlineData(QuantType.Q5_K, 2)]
    [InlineData(QuantType.Q2_K, 82)]
    public void A_second_scale_counts_as_well(QuantType type, int offset)
    {
        byte[] blocks = new byte[2 * QuantTypes.Get(type).BlockBytes];
        ushort infinity = 0x7C00;
        MemoryMarshal.Write(blocks.AsSpan(QuantTypes.Get(type).BlockBytes + offset), in infinity);
        Assert.Equal(1, QuantTypes.Get(type).FirstInvalidBlock(blocks));
    }

    [Theory]
    [InlineData(QuantType.I32)]
    [InlineData(QuantType.I8)]
    public void Integers_are_all_valid(QuantType type)
        => Assert.Equal(-1, QuantTypes.Get(type).FirstInvalidBlock([0xFF, 0xFF, 0xFF, 0xFF]));

    private static byte[] LargestFinite(QuantType type, bool negative)
    {
        byte sign = (byte)(negative ? 0x80 : 0);
        return type switch
        {
            QuantType.F32 => [0xFF, 0xFF, 0x7F, (byte)(0x7F | sign)],
            QuantType.F16 => [0xFF, (byte)(0x7B | sign)],
            _ => [0x7F, (byte)(0x7F | sign)],
        };
    }
}
