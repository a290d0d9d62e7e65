using Engine.Formats;

namespace Engine.Kernels.Tests;

/// <summary>
/// Blocks whose codes and group scales are all one byte, with 2 as the scale of the block and 1 as its offset or minimum.
/// </summary>
internal static class Extremes
{
    private const ushort One = 0x3C00, Two = 0x4000;

    public static void Fill(Weights weights, byte fill)
    {
        weights.Bytes.Fill(fill);
        for (int at = 0; at < weights.ByteLength; at += weights.Info.BlockBytes)
        {
            Span<byte> block = weights.Bytes.Slice(at, weights.Info.BlockBytes);
            foreach ((int offset, ushort bits) in Scales(weights.Info.Type)) BitConverter.TryWriteBytes(block[offset..], bits);
        }
    }

    private static (int Offset, ushort Bits)[] Scales(QuantType type) => type switch
    {
        QuantType.Q4_0 or QuantType.Q8_0 => [(0, Two)],
        QuantType.Q4_1 or QuantType.Q4_K => [(0, Two), (2, One)],
        QuantType.Q6_K => [(208, Two)],
        _ => throw new ArgumentException($"Say where the scales of {type} lie.", nameof(type)),
    };
}
