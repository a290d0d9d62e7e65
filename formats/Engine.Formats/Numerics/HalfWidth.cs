using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Formats.Numerics;

/// <summary>A 16-bit float format that converts to float32 one at a time and eight at a time.</summary>
internal interface IHalfWidth
{
    static abstract float ToSingle(ushort bits);

    /// <summary>Eight conversions; each lane holds one number's bits in its low half and zeros above.</summary>
    static abstract Vector256<float> ToSingle(Vector256<uint> bits);

    static abstract ushort FromSingle(float value);

    /// <summary>Eight conversions of numbers that <see cref="ArePlain"/>; each lane's result lies in its low half.</summary>
    static abstract Vector256<uint> FromSingle(Vector256<float> values);

    /// <summary>Whether none of the numbers needs the special cases that only the scalar conversion has.</summary>
    static abstract bool ArePlain(Vector256<float> values);
}

/// <summary>Bulk conversion of 16-bit float formats.</summary>
internal static class HalfWidth
{
    /// <summary>Converts every element.</summary>
    /// <exception cref="ArgumentException"><paramref name="values"/> is shorter than <paramref name="bits"/>.</exception>
    public static void ToSingle<TFormat>(ReadOnlySpan<ushort> bits, Span<float> values)
        where TFormat : struct, IHalfWidth
    {
        if (values.Length < bits.Length)
            throw new ArgumentException($"{bits.Length} numbers do not fit into {values.Length}.", nameof(values));
        ref ushort source = ref MemoryMarshal.GetReference(bits);
        ref float destination = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= bits.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            Vector128<ushort> packed = Vector128.LoadUnsafe(ref source, (nuint)i);
            (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(packed);
            TFormat.ToSingle(Vector256.Create(lower, upper)).StoreUnsafe(ref destination, (nuint)i);
        }
        for (; i < bits.Length; i++)
            Unsafe.Add(ref destination, i) = TFormat.ToSingle(bits[i]);
    }

    /// <summary>Converts every element to the nearest number.</summary>
    /// <exception cref="ArgumentException"><paramref name="bits"/> is shorter than <paramref name="values"/>.</exception>
    public static void FromSingle<TFormat>(ReadOnlySpan<float> values, Span<ushort> bits)
        where TFormat : struct, IHalfWidth
    {
        if (bits.Length < values.Length)
            throw new ArgumentException($"{values.Length} numbers do not fit into {bits.Length}.", nameof(bits));
        ref float source = ref MemoryMarshal.GetReference(values);
        ref ushort destination = ref MemoryMarshal.GetReference(bits);
        int i = 0;
        while (i < values.Length)
        {
            int end = Math.Min(i + Vector256<float>.Count, values.Length);
            if (end - i == Vector256<float>.Count)
            {
                Vector256<float> eight = Vector256.LoadUnsafe(ref source, (nuint)i);
                if (TFormat.ArePlain(eight))
                {
                    Vector256<uint> converted = TFormat.FromSingle(eight);
                    Vector128.Narrow(converted.GetLower(), converted.GetUpper()).StoreUnsafe(ref destination, (nuint)i);
                    i = end;
                    continue;
                }
            }
            for (; i < end; i++)
                Unsafe.Add(ref destination, i) = TFormat.FromSingle(values[i]);
        }
    }
}
