using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Grids;

/// <summary>
/// The best point of a grid for every scale. At scale s a point costs s (a s - b): the best is the one whose line a s - b is lowest. Of
/// hundreds of lines a dozen are the lowest somewhere; with those every scale is tried at next to no cost, and none is missed.
/// </summary>
internal sealed class Envelope
{
    private const int MostLines = 64;

    // So many lines are looked through less often.
    private const int Many = 1024;

    private readonly float[] _a = new float[MostLines];
    private readonly float[] _minusB = new float[MostLines];
    private readonly int[] _points = new int[MostLines];
    private int _count;

    /// <summary>The costs at eight scales and at eight more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector256<float> First, Vector256<float> Last) Costs(Vector256<float> first, Vector256<float> last)
    {
        ref float a = ref MemoryMarshal.GetArrayDataReference(_a), minusB = ref MemoryMarshal.GetArrayDataReference(_minusB);
        Vector256<float> lowest1 = Vector256.Create(float.PositiveInfinity), lowest2 = lowest1;
        for (int i = 0; i < _count; i++)
        {
            Vector256<float> slope = Vector256.Create(Unsafe.Add(ref a, i)), start = Vector256.Create(Unsafe.Add(ref minusB, i));
            lowest1 = Vector256.MinNative(lowest1, Vector256.FusedMultiplyAdd(first, slope, start));
            lowest2 = Vector256.MinNative(lowest2, Vector256.FusedMultiplyAdd(last, slope, start));
        }
        return (lowest1 * first, lowest2 * last);
    }

    /// <summary>The best point at a scale, with its a and b.</summary>
    public (int Point, float A, float B) Best(float scale)
    {
        int best = 0;
        float lowest = float.PositiveInfinity;
        for (int i = 0; i < _count; i++)
        {
            float line = MathF.FusedMultiplyAdd(scale, _a[i], _minusB[i]);
            if (line < lowest) (best, lowest) = (i, line);
        }
        return (_points[best], _a[best], -_minusB[best]);
    }

    /// <summary>Finds the lines that are lowest somewhere between two scales.</summary>
    /// <param name="lines">All lines.</param>
    /// <param name="smallest">The smallest scale, above 0.</param>
    /// <param name="largest">The largest.</param>
    public void Build(GridLines lines, float smallest, float largest)
    {
        _count = 0;
        int first = lines.Lowest(smallest), last = lines.Lowest(largest);
        Add(lines, first);
        if (lines.A[last] < lines.A[first]) AddBetween(lines, first, last, lines.A.Length > Many ? 1 : 2);
    }

    /// <summary>Adds the lines that are lowest between two of them, and the last.</summary>
    private void AddBetween(GridLines lines, int first, int last, int splits)
    {
        float crossing = (lines.B[first] - lines.B[last]) / (lines.A[first] - lines.A[last]);
        if (splits > 0 && lines.Lowest(crossing) is int middle && middle != first && middle != last
            && lines.A[middle] < lines.A[first] && lines.A[middle] > lines.A[last])
        {
            AddBetween(lines, first, middle, splits - 1);
            AddBetween(lines, middle, last, splits - 1);
            return;
        }

        // Only those count that pass below where the two cross. From each line the next one is that which it meets first.
        lines.KeepBelow(crossing, crossing * lines.A[first] - lines.B[first]);
        for (int current = first; _count < MostLines - 1; Add(lines, current))
        {
            current = lines.Next(current, last);
            if (current < 0) break;
        }
        Add(lines, last);
    }

    private void Add(GridLines lines, int point)
    {
        if (_count == MostLines) return;
        _a[_count] = lines.A[point];
        _minusB[_count] = -lines.B[point];
        _points[_count++] = point;
    }
}
