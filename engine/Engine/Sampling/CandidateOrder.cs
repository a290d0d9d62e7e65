using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Sampling;

/// <summary>
/// Sorting of candidates as integer keys: the upper half of a key falls as the logit rises, the lower half is the id. So ascending keys
/// are descending logits, equal logits stand in the order of their ids, and a key can be read back into its candidate.
/// </summary>
internal sealed class CandidateOrder
{
    private const int SmallSort = 4096;     // up to here a comparison sort is faster than three passes of counting
    private const int MinimumRoom = 512;
    private const int DigitBits = 11;
    private const int Buckets = 1 << DigitBits;
    private const int Lanes = 8;

    private readonly int[] _counts = new int[Buckets];
    private ulong[] _keys = [];
    private ulong[] _other = [];

    /// <summary>The key of a candidate.</summary>
    internal static ulong Key(float logit, int id) => ((ulong)~Ascending(logit + 0f) << 32) | (uint)id;

    /// <summary>The id in a key.</summary>
    internal static int Id(ulong key) => (int)(uint)key;

    /// <summary>The logit in a key (-0 became 0).</summary>
    internal static float Logit(ulong key)
    {
        uint ascending = ~(uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((ascending & 0x8000_0000) != 0 ? ascending ^ 0x8000_0000 : ~ascending);
    }

    /// <summary>The candidates' keys in the order given, valid until the next call.</summary>
    internal Span<ulong> Encode(ReadOnlySpan<int> ids, ReadOnlySpan<float> logits)
    {
        Reserve(ref _keys, logits.Length);
        Span<ulong> keys = _keys.AsSpan(0, logits.Length);
        for (int i = 0; i < keys.Length; i++) keys[i] = Key(logits[i], ids[i]);
        return keys;
    }

    /// <summary>The <paramref name="count"/> best candidates as ascending keys, valid until the next call.</summary>
    internal ReadOnlySpan<ulong> Top(ReadOnlySpan<int> ids, ReadOnlySpan<float> logits, int count)
    {
        if ((long)count * 4 >= logits.Length || logits.Length <= MinimumRoom) return Sort(Encode(ids, logits))[..count];

        int room = Math.Max(2 * count, MinimumRoom);
        Reserve(ref _keys, room);
        Span<ulong> keys = _keys.AsSpan(0, room);
        int filled = 0;
        ulong limit = ulong.MaxValue;
        float floor = float.NegativeInfinity;
        for (int i = 0; i < logits.Length; i += Lanes)
        {
            uint hits = HitsFrom(logits, i, floor);
            for (; hits != 0; hits &= hits - 1)
            {
                int index = i + BitOperations.TrailingZeroCount(hits);
                ulong key = Key(logits[index], ids[index]);
                if (key >= limit) continue;
                keys[filled++] = key;
                if (filled < room) continue;
                keys.Sort();
                filled = count;
                limit = keys[count - 1];
                floor = Logit(limit);
            }
        }
        keys[..filled].Sort();
        return keys[..Math.Min(count, filled)];
    }

    /// <summary>
    /// Positions in ascending order of a score that is not negative (equal scores by position), as keys whose <see cref="Id"/> is the
    /// position. Valid until the next call.
    /// </summary>
    internal ReadOnlySpan<ulong> ByScore(ReadOnlySpan<float> scores)
    {
        Reserve(ref _keys, scores.Length);
        Span<ulong> keys = _keys.AsSpan(0, scores.Length);
        for (int i = 0; i < keys.Length; i++) keys[i] = ((ulong)Ascending(scores[i]) << 32) | (uint)i;
        return Sort(keys);
    }

    private static uint HitsFrom(ReadOnlySpan<float> logits, int index, float floor)
    {
        if (index <= logits.Length - Lanes)
        {
            Vector256<float> eight = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(logits), (nuint)index);
            return Vector256.GreaterThanOrEqual(eight, Vector256.Create(floor)).ExtractMostSignificantBits();
        }
        uint hits = 0;
        for (int i = index; i < logits.Length; i++)
            if (logits[i] >= floor) hits |= 1u << (i - index);
        return hits;
    }

    private ReadOnlySpan<ulong> Sort(Span<ulong> keys)
    {
        if (keys.Length <= SmallSort)
        {
            keys.Sort();
            return keys;
        }
        Reserve(ref _other, keys.Length);
        Span<ulong> from = keys;
        Span<ulong> to = _other.AsSpan(0, keys.Length);
        for (int shift = 32; shift < 64; shift += DigitBits)
        {
            if (!Distribute(from, to, shift)) continue;
            Span<ulong> swap = from;
            from = to;
            to = swap;
        }
        SortEquals(from);
        return from;
    }

    /// <summary>One stable pass of a radix sort; false where all keys have the same digit and nothing was moved.</summary>
    private bool Distribute(ReadOnlySpan<ulong> from, Span<ulong> to, int shift)
    {
        int[] counts = _counts;
        Array.Clear(counts);
        foreach (ulong key in from) counts[(int)(key >> shift) & (Buckets - 1)]++;
        if (counts[(int)(from[0] >> shift) & (Buckets - 1)] == from.Length) return false;
        int start = 0;
        for (int digit = 0; digit < Buckets; digit++)
        {
            int count = counts[digit];
            counts[digit] = start;
            start += count;
        }
        foreach (ulong key in from) to[counts[(int)(key >> shift) & (Buckets - 1)]++] = key;
        return true;
    }

    /// <summary>Brings keys with equal upper halves into the order of their lower halves.</summary>
    private static void SortEquals(Span<ulong> keys)
    {
        int start = 0;
        bool ascending = true;
        for (int i = 1; i <= keys.Length; i++)
        {
            if (i < keys.Length && keys[i] >> 32 == keys[start] >> 32)
            {
                ascending &= keys[i] > keys[i - 1];
                continue;
            }
            if (!ascending) keys[start..i].Sort();
            start = i;
            ascending = true;
        }
    }

    private static uint Ascending(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
    }

    private static void Reserve(ref ulong[] keys, int length)
    {
        if (keys.Length < length) keys = new ulong[length];
    }
}
