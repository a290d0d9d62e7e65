using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels.Tests.AttentionKernel;

/// <summary>What numbers become when they are encoded and decoded by the references of a type.</summary>
internal static class RoundTrip
{
    public static float[] Of(QuantType type, ReadOnlySpan<float> values)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        byte[] blocks = new byte[info.RowBytes(values.Length)];
        if (type == QuantType.IQ4_NL)
        {
            Span<IQ4_NL> typed = MemoryMarshal.Cast<byte, IQ4_NL>(blocks.AsSpan());
            for (int i = 0; i < typed.Length; i++) typed[i] = IQ4_NL.EncodeOnce(values.Slice(32 * i, 32));
        }
        else
        {
            info.Encode(values, blocks);
        }
        float[] decoded = new float[values.Length];
        info.Decode(blocks, decoded);
        return decoded;
    }
}
