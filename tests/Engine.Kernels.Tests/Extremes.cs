using Engine.Formats;

namespace Engine.Kernels.Tests;

/// <summary>
/// Blocks whose codes and group scales are all one byte, with 2 as the scale of the block and 1 as its offset or minimum.
/// </summary>
internal static class Extremes
{
    private static readonly byte[] One = [0x00, 0x3C], Two = [0x00, 0x40], TwoE8M0 = [128];
    private static readonly byte[] FourTwosUE4M3 = [0x40, 0x40, 0x40, 0x40];

    /// <summary>Group scales of <see cref="QuantType.IQ1_M"/>, with the nibbles of 2 as FP16 between them.</summary>
    private static readonly byte[] ScalesAndTwo = [0xFF, 0x0F, 0xFF, 0x0F, 0xFF, 0x0F, 0xFF, 0x4F];

    public static void Fill(Weights weights, byte fill)
    {
        weights.Bytes.Fill(fill);
        for (int at = 0; at < weights.ByteLength; at += weights.Info.BlockBytes)
        {
            Span<byte> block = weights.Bytes.Slice(at, weights.Info.BlockBytes);
            foreach ((int offset, byte[] scale) in Scales(weights.Info.Type)) scale.CopyTo(block[offset..]);
        }
    }

    private static (int Offset, byte[] Scale)[] Scales(QuantType type) => type switch
    {
        QuantType.Q4_0 or QuantType.Q5_0 or QuantType.Q8_0 or QuantType.IQ4_NL or QuantType.IQ4_XS => [(0, Two)],
        QuantType.Q4_1 or QuantType.Q5_1 or QuantType.Q4_K or QuantType.Q5_K => [(0, Two), (2, One)],
        QuantType.Q2_K => [(80, Two), (82, One)],
        QuantType.Q3_K => [(108, Two)],
        QuantType.Q6_K => [(208, Two)],
        QuantType.IQ1_S or QuantType.IQ2_XXS or QuantType.IQ2_XS or QuantType.IQ2_S or QuantType.IQ3_XXS or QuantType.IQ3_S => [(0, Two)],
        QuantType.IQ1_M => [(48, ScalesAndTwo)],
        QuantType.Q1_0 or QuantType.Q2_0 => [(0, Two)],
        QuantType.TQ1_0 => [(52, Two)],
        QuantType.TQ2_0 => [(64, Two)],
        QuantType.NVFP4 => [(0, FourTwosUE4M3)],
        QuantType.MXFP4 => [(0, TwoE8M0)],
        _ => throw new ArgumentException($"Say where the scales of {type} lie.", nameof(type)),
    };
}
