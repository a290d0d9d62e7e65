using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Formats.Checkpoints.Integers;

/// <summary>Finds the GGML type whose blocks hold the integers of a quantized matrix.</summary>
internal static class BlockFit
{
    private const int BlockSize = 32;
    private const int RowsAtOnce = 64;

    // Half of a unit in the last of F16's 11 bits.
    private const double MostRounding = 1.0 / (1 << 11);

    /// <summary>
    /// The matrix as blocks; null where groups are no whole blocks of neighbours, no type has such codes, or a scale lies outside F16's
    /// normal numbers, so that rounding would cost more than the last bit.
    /// </summary>
    /// <exception cref="ModelFormatException">A scale or zero point is not finite.</exception>
    public static IBlockRows? Find(QuantizedMatrix matrix)
    {
        if (matrix.Columns % BlockSize != 0 || !matrix.Groups.Index.IsEmpty) return null;
        if (matrix.Groups.Count > 1 && matrix.Groups.Size % BlockSize != 0) return null;
        return matrix.Grid.Kind switch
        {
            CodeKind.E2M1 => FitsPowersOfTwo(matrix) ? new Mxfp4BlockRows(matrix) : null,
            CodeKind.Integer => FindInteger(matrix),
            _ => null,
        };
    }

    private static IBlockRows? FindInteger(QuantizedMatrix matrix)
    {
        if (FitsHalves(matrix) is not { } exact) return null;
        int zero = matrix.Grid.Zero, highest = (1 << matrix.Grid.Bits) - 1 - zero;
        return matrix.Center == CenterKind.None
            ? zero <= 8 && highest <= 7 ? new ScaledBlockRows<Q4_0>(matrix, exact)
            : zero <= 16 && highest <= 15 ? new ScaledBlockRows<Q5_0>(matrix, exact)
            : zero <= 128 && highest <= 127 ? new ScaledBlockRows<Q8_0>(matrix, exact)
            : null
            : matrix.Grid.Bits switch
            {
                <= 4 => new OffsetBlockRows<Q4_1>(matrix, exact),
                5 => new OffsetBlockRows<Q5_1>(matrix, exact),
                _ => null,
            };
    }

    /// <summary>Whether all scales and offsets are F16 numbers; null where one is further from them than the last bit.</summary>
    private static bool? FitsHalves(QuantizedMatrix matrix)
    {
        bool exact = true, fits = true;
        ForAllGroups(matrix, (scale, center) =>
        {
            double offset = matrix.Center == CenterKind.ZeroPoint ? -(double)scale * center : center;
            double scaleError = Rounding(scale), offsetError = Rounding(offset);
            exact &= scaleError == 0 && offsetError == 0;
            fits &= scaleError <= MostRounding && offsetError <= MostRounding;
            return fits;
        });
        return fits ? exact : null;
    }

    private static bool FitsPowersOfTwo(QuantizedMatrix matrix)
    {
        bool fits = matrix.Groups.Size == BlockSize;
        if (fits) ForAllGroups(matrix, (scale, _) => fits = scale > 0 && E8M0.ToSingle(E8M0.FromSingle(scale)) == scale);
        return fits;
    }

    /// <summary>Relative error of a number rounded to F16 by way of F32.</summary>
    private static double Rounding(double value) =>
        value == 0 ? 0 : Math.Abs(Fp16.ToSingle(Fp16.FromSingle((float)value)) - value) / Math.Abs(value);

    private static void ForAllGroups(QuantizedMatrix matrix, Func<float, float, bool> visit)
    {
        int groups = matrix.Groups.Count;
        var scales = new float[RowsAtOnce * groups];
        var centers = new float[RowsAtOnce * groups];
        for (int row = 0; row < matrix.Rows; row += RowsAtOnce)
        {
            int count = Math.Min(RowsAtOnce, matrix.Rows - row) * groups;
            matrix.ReadScales(row, scales.AsSpan(0, count));
            if (matrix.Center != CenterKind.None) matrix.ReadCenters(row, centers.AsSpan(0, count));
            for (int i = 0; i < count; i++)
            {
                if (!visit(scales[i] * matrix.Factor, centers[i])) return;
            }
        }
    }
}
