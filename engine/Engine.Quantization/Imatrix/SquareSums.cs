using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Engine.Kernels;

namespace Engine.Quantization.Imatrix;

/// <summary>
/// Adds up the squares of each input column. In doubles, row after row on the thread that shows them: the same sums for any number of
/// threads and any cut of the text.
/// </summary>
/// <param name="columns">Inputs of the map.</param>
internal sealed class SquareSums(int columns) : IInputObserver
{
    private readonly double[] _sums = new double[columns];

    /// <summary>The sums so far.</summary>
    internal ReadOnlySpan<double> Sums => _sums;

    /// <summary>The rows so far.</summary>
    internal long Rows { get; private set; }

    /// <inheritdoc/>
    public void Observe(Activation input)
    {
        for (int row = 0; row < input.Rows; row++) Add(input.Row(row), _sums);
        Rows += input.Rows;
    }

    /// <summary>sums += x², each product exact.</summary>
    private static void Add(ReadOnlySpan<float> row, Span<double> sums)
    {
        ref float x = ref MemoryMarshal.GetReference(row);
        ref double sum = ref MemoryMarshal.GetReference(sums);
        int i = 0;
        for (; i <= row.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.LoadUnsafe(ref x, (nuint)i));
            nuint next = (nuint)(i + Vector256<double>.Count);
            (Vector256.LoadUnsafe(ref sum, (nuint)i) + lower * lower).StoreUnsafe(ref sum, (nuint)i);
            (Vector256.LoadUnsafe(ref sum, next) + upper * upper).StoreUnsafe(ref sum, next);
        }
        for (; i < row.Length; i++) sums[i] += (double)row[i] * row[i];
    }
}
