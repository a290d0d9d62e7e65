using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Gptq;

/// <summary>
/// The upper triangular U with H⁻¹ = Uᵀ U: row i says, divided by its diagonal element, how an error of column i is made good by the
/// columns after it.
/// </summary>
/// <remarks>
/// H itself is factored as R Rᵀ with R upper triangular (Cholesky from the last column on), and U = R⁻¹: no inverse of H is formed.
/// </remarks>
internal static class InverseFactor
{
    /// <summary>U of a symmetric matrix, or null where the matrix is not positive definite.</summary>
    /// <param name="matrix">[n, n], row after row; only the lower triangle is read.</param>
    /// <param name="n">Rows and columns.</param>
    /// <param name="added">What is added to the diagonal: the damping.</param>
    /// <param name="threads">How many threads work at most; the result does not depend on it.</param>
    public static double[]? Of(ReadOnlySpan<double> matrix, int n, double added = 0, int threads = 1)
    {
        double[] transpose = matrix.ToArray();
        for (int i = 0; i < n; i++) transpose[i * n + i] += added;
        return Factor(transpose, n) ? Invert(transpose, n, threads) : null;
    }

    /// <summary>A = R Rᵀ in place: column j of R becomes elements 0 to j of row j, next to each other.</summary>
    private static bool Factor(double[] a, int n)
    {
        for (int j = n - 1; j >= 0; j--)
        {
            double pivot = a[j * n + j];
            if (!(pivot > 0) || !double.IsFinite(pivot)) return false;
            double root = Math.Sqrt(pivot);
            Span<double> column = a.AsSpan(j * n, j + 1);
            for (int i = 0; i < j; i++) column[i] /= root;
            column[j] = root;
            for (int k = 0; k < j; k++) Subtract(column[..(k + 1)], column[k], a.AsSpan(k * n, k + 1));
        }
        return true;
    }

    /// <summary>R⁻¹, where column j of R is the beginning of row j of <paramref name="transpose"/>.</summary>
    private static double[] Invert(double[] transpose, int n, int threads)
    {
        // Row i of R X = 1, from the last: X[i] = (e_i - Σ R[i, k] X[k]) / R[i, i]. A column of X depends on no other: pieces of columns.
        var inverse = new double[n * n];
        const int Piece = 64;
        Parallel.For(0, (n + Piece - 1) / Piece, new ParallelOptions { MaxDegreeOfParallelism = threads }, piece =>
        {
            int first = piece * Piece, end = Math.Min(n, first + Piece);
            for (int i = end - 1; i >= 0; i--)
            {
                int from = Math.Max(first, i);
                Span<double> row = inverse.AsSpan(i * n + from, end - from);
                if (i >= first) row[0] = 1;
                for (int k = i + 1; k < end; k++)
                {
                    int start = Math.Max(from, k);
                    Subtract(inverse.AsSpan(k * n + start, end - start), transpose[k * n + i], row[(start - from)..]);
                }
                double diagonal = transpose[i * n + i];
                foreach (ref double value in row) value /= diagonal;
            }
        });
        return inverse;
    }

    /// <summary>target -= factor · values.</summary>
    internal static void Subtract(ReadOnlySpan<double> values, double factor, Span<double> target)
    {
        ref double from = ref MemoryMarshal.GetReference(values);
        ref double to = ref MemoryMarshal.GetReference(target);
        Vector256<double> minus = Vector256.Create(-factor);
        int i = 0;
        for (; i <= values.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            nuint at = (nuint)i;
            Vector256.FusedMultiplyAdd(minus, Vector256.LoadUnsafe(ref from, at), Vector256.LoadUnsafe(ref to, at)).StoreUnsafe(ref to, at);
        }
        for (; i < values.Length; i++) target[i] = Math.FusedMultiplyAdd(-factor, values[i], target[i]);
    }
}
