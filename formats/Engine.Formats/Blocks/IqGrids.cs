using System.Numerics;

namespace Engine.Formats.Blocks;

/// <summary>
/// The codebooks of the IQ types: points of 8 (IQ1, IQ2) or 4 (IQ3) small integers, one point after the other, and how a point becomes
/// weights. Source: the grids of llama.cpp (MIT licence, Copyright (c) 2023-2026 The ggml authors), found there by a search for the points
/// that weights of real models use most.
/// </summary>
public static class IqGrids
{
    /// <summary>What IQ1 types add to or subtract from every value of a point.</summary>
    public const float IQ1Delta = 0.125f;

    // The resource holds the grids in this order, each value as the index of its level, lowest bits first.
    private static readonly Packed Resource = new();
    private static readonly sbyte[] GridIQ1 = Resource.Next(2048 * 8, 2, [-1, 0, 1]);
    private static readonly sbyte[] GridIQ2_XXS = Resource.Next(256 * 8, 2, [8, 25, 43]);
    private static readonly sbyte[] GridIQ2_XS = Resource.Next(512 * 8, 2, [8, 25, 43]);
    private static readonly sbyte[] GridIQ2_S = Resource.Next(1024 * 8, 2, [8, 25, 43]);
    private static readonly sbyte[] GridIQ3_XXS = Resource.Next(256 * 4, 4, [4, 12, 20, 28, 36, 44, 52, 62]);
    private static readonly sbyte[] GridIQ3_S = Resource.Next(512 * 4, 4, [1, 3, 5, 7, 9, 11, 13, 15]);

    /// <summary>2048 points of 8 trits, of <see cref="IQ1_S"/> and <see cref="IQ1_M"/>.</summary>
    public static ReadOnlySpan<sbyte> IQ1 => GridIQ1;

    /// <summary>256 points of 8 magnitudes.</summary>
    public static ReadOnlySpan<sbyte> IQ2_XXS => GridIQ2_XXS;

    /// <summary>512 points of 8 magnitudes.</summary>
    public static ReadOnlySpan<sbyte> IQ2_XS => GridIQ2_XS;

    /// <summary>1024 points of 8 magnitudes.</summary>
    public static ReadOnlySpan<sbyte> IQ2_S => GridIQ2_S;

    /// <summary>256 points of 4 magnitudes.</summary>
    public static ReadOnlySpan<sbyte> IQ3_XXS => GridIQ3_XXS;

    /// <summary>512 points of 4 magnitudes.</summary>
    public static ReadOnlySpan<sbyte> IQ3_S => GridIQ3_S;

    /// <summary>Eight signs from a pattern of seven: the eighth makes the number of negative ones even.</summary>
    /// <param name="pattern">The pattern in the low seven bits; higher ones are ignored.</param>
    /// <returns>Bit j is set where value j is negative.</returns>
    public static int Signs(uint pattern)
    {
        uint seven = pattern & 127;
        return (int)(seven | (uint)(BitOperations.PopCount(seven) & 1) << 7);
    }

    /// <summary>values[j] = scale * point[j], negated where bit j of <paramref name="signs"/> is set.</summary>
    internal static void DecodeSigned(ReadOnlySpan<sbyte> point, int signs, float scale, Span<float> values)
    {
        for (int j = 0; j < point.Length; j++)
        {
            float magnitude = scale * point[j];
            values[j] = ((signs >> j) & 1) != 0 ? -magnitude : magnitude;
        }
    }

    /// <summary>values[j] = scale * (point[j] + delta).</summary>
    internal static void DecodeShifted(ReadOnlySpan<sbyte> point, float delta, float scale, Span<float> values)
    {
        for (int j = 0; j < point.Length; j++)
            values[j] = scale * (point[j] + delta);
    }

    /// <summary>Two numbers of four bits to a byte, the first in the low one.</summary>
    internal static void PackNibbles(ReadOnlySpan<byte> nibbles, Span<byte> packed)
    {
        for (int i = 0; i < packed.Length; i++) packed[i] = (byte)(nibbles[2 * i] | nibbles[2 * i + 1] << 4);
    }

    /// <summary>Unpacks the resource from front to back.</summary>
    private sealed class Packed
    {
        private readonly Stream _stream = typeof(IqGrids).Assembly.GetManifestResourceStream("IqGrids.bin")
            ?? throw new InvalidOperationException("The assembly lacks its resource IqGrids.bin.");

        public sbyte[] Next(int count, int bits, ReadOnlySpan<sbyte> levels)
        {
            int perByte = 8 / bits;
            byte[] packed = new byte[count / perByte];
            _stream.ReadExactly(packed);
            sbyte[] values = new sbyte[count];
            for (int i = 0; i < count; i++)
                values[i] = levels[(packed[i / perByte] >> (i % perByte * bits)) & ((1 << bits) - 1)];
            return values;
        }
    }
}
