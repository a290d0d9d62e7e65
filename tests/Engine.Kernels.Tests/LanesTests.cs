using Engine.Formats.Numerics;
using Xunit;

namespace Engine.Kernels.Tests;

public unsafe class LanesTests
{
    [Fact]
    public void Every_finite_FP16_number_converts_exactly()
    {
        ushort* bits = stackalloc ushort[8];
        for (int first = 0; first < 65536; first += 8)
        {
            for (int i = 0; i < 8; i++) bits[i] = (ushort)(first + i);
            var values = Lanes.LoadFp16(bits);
            var scales = Lanes.LoadFp16Scales(bits);
            for (int i = 0; i < 8; i++)
            {
                if (!Fp16.IsFinite(bits[i])) continue;
                int expected = BitConverter.SingleToInt32Bits(Fp16.ToSingle(bits[i]));
                Assert.Equal(expected, BitConverter.SingleToInt32Bits(values[i]));
                Assert.Equal(expected, BitConverter.SingleToInt32Bits(scales[i]));
            }
        }
    }

    [Fact]
    public void Small_numbers_load_into_lanes()
    {
        sbyte* bytes = stackalloc sbyte[8] { 0, 1, -1, 127, -128, 5, -6, 7 };
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(bytes[i], Lanes.Load(bytes)[i]);
            Assert.Equal((byte)bytes[i], Lanes.Load((byte*)bytes)[i]);
        }
    }
}
