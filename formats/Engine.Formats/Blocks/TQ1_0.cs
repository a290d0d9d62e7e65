using System.Runtime.InteropServices;
using Engine.Formats.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// Ternary: 256 weights, w = t d with t of -1, 0, 1, packed base 3: five trits to a byte (four in the last bytes).
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct TQ1_0 : IEncodableBlock<TQ1_0>
{
    /// <summary>Trits of weights 0 to 159 (32 bytes) and 160 to 239 (16 bytes): trit n of a run's bytes before trit n + 1.</summary>
    public Array48<byte> Qs;

    /// <summary>Trits of weights 240 to 255, four to a byte.</summary>
    public Array4<byte> Qh;

    /// <summary>Scale, FP16.</summary>
    public ushort D;

    /// <inheritdoc/>
    public static QuantType Type => QuantType.TQ1_0;

    /// <inheritdoc/>
    public static int Elements => 256;

    /// <inheritdoc/>
    public static bool HasValidScales(ref readonly TQ1_0 block) => Fp16.IsFinite(block.D);

    /// <inheritdoc/>
    public static void Decode(ref readonly TQ1_0 block, Span<float> values)
    {
        float d = Fp16.ToSingle(block.D);
        Span<byte> trits = stackalloc byte[256];
        Trits(in block, 0, trits);
        for (int i = 0; i < 256; i++) values[i] = (trits[i] - 1) * d;
    }

    /// <inheritdoc/>
    /// <remarks>d = largest magnitude; trits rounded half away from zero.</remarks>
    public static TQ1_0 Encode(ReadOnlySpan<float> values)
    {
        float d = MathF.Abs(ValueRange.Extreme(values[..256]));
        float inverse = ValueRange.Inverse(d);
        TQ1_0 block = new() { D = Fp16.FromSingle(d) };
        Span<byte> qs = block.Qs;
        EncodeRun(values, inverse, 5, qs[..32]);
        EncodeRun(values[160..], inverse, 5, qs[32..]);
        EncodeRun(values[240..], inverse, 4, block.Qh);
        return block;
    }

    /// <summary>Unpacks t + 1, which is 0, 1 or 2.</summary>
    /// <param name="block">The block.</param>
    /// <param name="first">The weight to start with.</param>
    /// <param name="trits">Receives its trit and those that follow; at most 256 - <paramref name="first"/> long.</param>
    public static void Trits(ref readonly TQ1_0 block, int first, Span<byte> trits)
    {
        ReadOnlySpan<byte> qs = block.Qs;
        ReadOnlySpan<byte> qh = block.Qh;
        for (int i = 0; i < trits.Length; i++)
        {
            int at = first + i;
            trits[i] = at switch
            {
                < 160 => Trit(qs[at % 32], at / 32),
                < 240 => Trit(qs[32 + at % 16], (at - 160) / 16),
                _ => Trit(qh[at % 4], (at - 240) / 4),
            };
        }
    }

    private static void EncodeRun(ReadOnlySpan<float> values, float inverse, int tritsPerByte, Span<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            int number = 0;
            for (int n = 0; n < 5; n++)
            {
                int trit = n < tritsPerByte ? ValueRange.Round(values[n * bytes.Length + i] * inverse, -1, 1) + 1 : 0;
                number = number * 3 + trit;
            }
            // number / 3^5 as a fraction of 256; rounded up, so that multiplying it out again never falls short of a trit.
            bytes[i] = (byte)((number * 256 + 242) / 243);
        }
    }

    /// <summary>
    /// A byte is the fraction packed / 256 written in base 3. Times 3^n, without its whole part, trit n comes first behind the point; times
    /// 3 it is the whole part.
    /// </summary>
    private static byte Trit(byte packed, int n)
    {
        ReadOnlySpan<byte> powers = [1, 3, 9, 27, 81];
        return (byte)((byte)(packed * powers[n]) * 3 >> 8);
    }
}
