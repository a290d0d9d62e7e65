using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Grids;

/// <summary>The lines a s - b of all points of a grid, and the searches among them that an <see cref="Envelope"/> needs.</summary>
/// <param name="count">How many, a multiple of 8.</param>
internal sealed class GridLines(int count)
{
    private readonly float[] _a = new float[count];
    private readonly float[] _b = new float[count];
    private readonly float[] _keptA = new float[count + Vector256<float>.Count];
    private readonly float[] _keptB = new float[count + Vector256<float>.Count];
    private readonly int[] _kept = new int[count];
    private int _keptCount;

    /// <summary>a of every point.</summary>
    public Span<float> A => _a;

    /// <summary>b of every point.</summary>
    public Span<float> B => _b;

    /// <summary>The line that is lowest at a scale.</summary>
    public int Lowest(float scale)
    {
        ref float a = ref MemoryMarshal.GetArrayDataReference(_a), b = ref MemoryMarshal.GetArrayDataReference(_b);
        var s = Vector256.Create(scale);
        var lowest = Vector256.Create(float.PositiveInfinity);
        Vector256<int> where = default, here = default;
        for (int i = 0; i < count; i += Vector256<float>.Count)
        {
            Vector256<float> line = s * Vector256.LoadUnsafe(ref a, (nuint)i) - Vector256.LoadUnsafe(ref b, (nuint)i);
            where = Vector256.ConditionalSelect(Vector256.LessThan(line, lowest).AsInt32(), here, where);
            lowest = Vector256.MinNative(line, lowest);
            here += Vector256<int>.One;
        }
        return LeastLane.Index(lowest, LeastLane.Value(lowest), where);
    }

    /// <summary>Keeps the lines that are below a value at a scale, for <see cref="Next"/>.</summary>
    public void KeepBelow(float scale, float value)
    {
        ref float a = ref MemoryMarshal.GetArrayDataReference(_a), b = ref MemoryMarshal.GetArrayDataReference(_b);
        var s = Vector256.Create(scale);
        var limit = Vector256.Create(value);
        _keptCount = 0;
        for (int i = 0; i < count; i += Vector256<float>.Count)
        {
            Vector256<float> line = s * Vector256.LoadUnsafe(ref a, (nuint)i) - Vector256.LoadUnsafe(ref b, (nuint)i);
            for (uint below = Vector256.LessThan(line, limit).ExtractMostSignificantBits(); below != 0; below &= below - 1)
            {
                int point = i + BitOperations.TrailingZeroCount(below);
                (_keptA[_keptCount], _keptB[_keptCount], _kept[_keptCount++]) = (_a[point], _b[point], point);
            }
        }
        // Fills the last vector up with lines that are never next.
        _keptA.AsSpan(_keptCount, Vector256<float>.Count).Fill(float.PositiveInfinity);
    }

    /// <summary>The kept line that a line meets at the smallest scale, less steep than it; -1 if it meets the last one before.</summary>
    /// <param name="line">The line.</param>
    /// <param name="lastLine">The last one: only steeper ones count.</param>
    public int Next(int line, int lastLine)
    {
        (float a, float b, float flattest) = (_a[line], _b[line], _a[lastLine]);
        ref float keptA = ref MemoryMarshal.GetArrayDataReference(_keptA), keptB = ref MemoryMarshal.GetArrayDataReference(_keptB);
        Vector256<float> fromA = Vector256.Create(a), fromB = Vector256.Create(b), last = Vector256.Create(flattest);
        var none = Vector256.Create(float.PositiveInfinity);
        Vector256<float> earliest = none;
        Vector256<int> where = default, here = default;
        for (int i = 0; i < _keptCount; i += Vector256<float>.Count)
        {
            var lineA = Vector256.LoadUnsafe(ref keptA, (nuint)i);
            Vector256<float> meets = (fromB - Vector256.LoadUnsafe(ref keptB, (nuint)i)) / (fromA - lineA);
            Vector256<float> counts = Vector256.LessThan(lineA, fromA) & Vector256.GreaterThan(lineA, last);
            meets = Vector256.ConditionalSelect(counts, meets, none);
            where = Vector256.ConditionalSelect(Vector256.LessThan(meets, earliest).AsInt32(), here, where);
            earliest = Vector256.MinNative(meets, earliest);
            here += Vector256<int>.One;
        }
        float least = LeastLane.Value(earliest);
        return least < (b - _b[lastLine]) / (a - flattest) ? _kept[LeastLane.Index(earliest, least, where)] : -1;
    }
}
