using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Grids;

/// <summary>
/// The points of a grid as floats, one value of all points after the other: what is summed over a few values is computed for sixteen
/// points at once.
/// </summary>
internal sealed class GridTable
{
    private readonly float[] _values;

    /// <summary>Makes a table.</summary>
    /// <param name="grid">The points, one after the other.</param>
    /// <param name="pointSize">Values of a point.</param>
    /// <param name="deltas">The points are in the table once for each, with that much added to their values.</param>
    public GridTable(ReadOnlySpan<sbyte> grid, int pointSize, params ReadOnlySpan<float> deltas)
    {
        PointSize = pointSize;
        int points = grid.Length / pointSize;
        Count = points * deltas.Length;
        _values = new float[grid.Length * deltas.Length];
        for (int i = 0; i < _values.Length; i++)
        {
            (int value, int point) = Math.DivRem(i, Count);
            _values[i] = grid[point % points * pointSize + value] + deltas[point / points];
            Largest = MathF.Max(Largest, MathF.Abs(_values[i]));
        }
    }

    /// <summary>Values of a point.</summary>
    public int PointSize { get; }

    /// <summary>How many points there are, a multiple of 16.</summary>
    public int Count { get; }

    /// <summary>The largest magnitude of a value.</summary>
    public float Largest { get; }

    /// <summary>Value <paramref name="j"/> of a point.</summary>
    public float this[int point, int j] => _values[j * Count + point];

    /// <summary>
    /// The weighted squared error of x against s times a point is the sum of w x x, and s (a s - b) with a the sum of w p p and b twice that
    /// of w x p.
    /// </summary>
    /// <param name="x">Values.</param>
    /// <param name="w">What their squared errors count.</param>
    /// <param name="flip">Whether one x, for each point that which costs least, is negated.</param>
    /// <param name="a">Receives a of every point.</param>
    /// <param name="b">Receives b.</param>
    public void Lines(ReadOnlySpan<float> x, ReadOnlySpan<float> w, bool flip, Span<float> a, Span<float> b)
    {
        ref float values = ref MemoryMarshal.GetArrayDataReference(_values);
        for (int point = 0; point < Count; point += 2 * Vector256<float>.Count)
        {
            Vector256<float> pp1 = default, pp2 = default, xp1 = default, xp2 = default;
            Vector256<float> least1 = Vector256.Create(float.PositiveInfinity), least2 = least1;
            for (int j = 0; j < x.Length; j++)
            {
                nuint at = (nuint)(j * Count + point);
                Vector256<float> p1 = Vector256.LoadUnsafe(ref values, at), p2 = Vector256.LoadUnsafe(ref values, at + 8);
                Vector256<float> weight = Vector256.Create(w[j]), wx = weight * Vector256.Create(2 * x[j]);
                pp1 = Vector256.FusedMultiplyAdd(p1 * p1, weight, pp1);
                pp2 = Vector256.FusedMultiplyAdd(p2 * p2, weight, pp2);
                p1 *= wx;
                p2 *= wx;
                xp1 += p1;
                xp2 += p2;
                if (!flip) continue;
                least1 = Vector256.MinNative(least1, p1);
                least2 = Vector256.MinNative(least2, p2);
            }
            if (flip)
            {
                xp1 -= least1 + least1;
                xp2 -= least2 + least2;
            }
            pp1.CopyTo(a[point..]);
            pp2.CopyTo(a[(point + 8)..]);
            xp1.CopyTo(b[point..]);
            xp2.CopyTo(b[(point + 8)..]);
        }
    }
}
