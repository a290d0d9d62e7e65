using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// 4 bits with non-linear levels: 32 weights, w = d level(q).
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct IQ4_NL : IEncodableBlock<IQ4_NL>, IScaledBlock<IQ4_NL>
{
    // Blocks of smaller values are zero.
    private const float Smallest = 1e-15f;

    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <summary>q: byte j holds weight j in its low nibble and weight j + 16 in its high one.</summary>
    public Array16<byte> Qs;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.IQ4_NL;

    /// <inheritdoc/>
    public static int Elements => 32;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly IQ4_NL block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly IQ4_NL block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        ReadOnlySpan<byte> qs = block.Qs;
        for (int j = 0; j < 16; j++)
        {
            values[j] = d * Levels[qs[j] & 15];
            values[j + 16] = d * Levels[qs[j] >> 4];
        }
    }

    /// <inheritdoc/>
    public static int LowestCode => Levels[0];

    /// <inheritdoc/>
    public static int HighestCode => Levels[^1];

    /// <inheritdoc/>
    public static IQ4_NL Pack(ushort d, ReadOnlySpan<byte> codes)
    {
        IQ4_NL block = new() { D = d };
        PackedCodes.PackHalves(codes, block.Qs);
        return block;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Tries 16 scales around the one that lets the extreme value meet the first level, and takes the least-squares scale of the codes
    /// that leave the least error, every weight counted by its square.
    /// </remarks>
    public static IQ4_NL Encode(ReadOnlySpan<float> values)
    {
        const int tries = 7;
        values = values[..32];
        float extreme = ValueRange.Extreme(values);
        float d = 0;
        if (MathF.Abs(extreme) >= Smallest)
        {
            (float sumQX, float sumQ2) = Sums(values, 1 / (-extreme / Levels[0]));
            d = sumQ2 > 0 ? sumQX / sumQ2 : 0;
            float best = d * sumQX;
            for (int i = -tries; i <= tries; i++)
            {
                (sumQX, sumQ2) = Sums(values, (i + Levels[0]) / extreme);
                if (!(sumQ2 > 0) || !(sumQX * sumQX > best * sumQ2)) continue;
                d = sumQX / sumQ2;
                best = d * sumQX;
            }
        }
        IQ4_NL block = new() { D = Fp16.FromSingle(d) };
        float inverse = ValueRange.Inverse(d);
        for (int j = 0; j < 16; j++)
            block.Qs[j] = (byte)(Nearest(values[j] * inverse) | Nearest(values[j + 16] * inverse) << 4);
        return block;
    }

    /// <summary>
    /// A block made at once, as GGML makes it of activations: the extreme value meets the first level, and the scale is the least-squares one
    /// of the codes that this gives.
    /// </summary>
    /// <param name="values">At least 32 numbers.</param>
    public static IQ4_NL EncodeOnce(ReadOnlySpan<float> values)
    {
        values = values[..32];
        float extreme = ValueRange.Extreme(values);
        IQ4_NL block = default;
        if (MathF.Abs(extreme) < Smallest) return block;
        float inverse = 1 / (extreme / Levels[0]);
        (float sumQX, float sumQ2) = Sums(values, inverse);
        block.D = Fp16.FromSingle(sumQ2 > 0 ? sumQX / sumQ2 : 0);
        for (int j = 0; j < 16; j++)
            block.Qs[j] = (byte)(Nearest(values[j] * inverse) | Nearest(values[j + 16] * inverse) << 4);
        return block;
    }

    /// <summary>The code whose level is nearest to a value, the higher of two.</summary>
    /// <param name="scaled">A value divided by the scale.</param>
    internal static int Nearest(float scaled)
    {
        if (scaled >= Levels[15]) return 15;
        int above = 1;
        while (above < 15 && scaled >= Levels[above]) above++;
        return scaled - Levels[above - 1] < Levels[above] - scaled ? above - 1 : above;
    }

    /// <summary>Sums of w q x and w q q, w = x x, for the levels q that an inverse scale gives.</summary>
    private static (float QX, float Q2) Sums(ReadOnlySpan<float> values, float inverse)
    {
        float sumQX = 0;
        float sumQ2 = 0;
        foreach (float x in values)
        {
            float q = Levels[Nearest(inverse * x)];
            float w = x * x;
            sumQX += w * q * x;
            sumQ2 += w * q * q;
        }
        return (sumQX, sumQ2);
    }

    /// <summary>The 16 levels, ascending; <see cref="IQ4_XS"/> uses them too.</summary>
    public static ReadOnlySpan<sbyte> Levels => [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
}
