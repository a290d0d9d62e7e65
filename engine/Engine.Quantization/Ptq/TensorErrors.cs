using Engine.Formats;

namespace Engine.Quantization.Ptq;

/// <summary>Measures what quantizing the tensors of a file costs. Works in pieces on all processors; sums do not depend on their number.</summary>
public static class TensorErrors
{
    private const int PieceValues = 1 << 16;

    /// <summary>Quantizes a tensor and measures the error.</summary>
    /// <param name="tensor">The tensor, of any type of weights.</param>
    /// <param name="options">How to quantize. With one range for the tensor all of it is in memory at once.</param>
    /// <param name="importance">How much each column matters, matrix after matrix; null: all alike.</param>
    /// <exception cref="ModelFormatException">A value is not finite, or the tensor is too large for one range.</exception>
    public static QuantError Measure(ITensor tensor, PtqOptions options, float[]? importance = null)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        int columns = Columns(tensor);
        long matrixRows = importance is null ? tensor.Rows : tensor.Rows * columns / importance.Length;
        bool whole = options.Granularity == Granularity.Tensor;
        if (whole && tensor.Elements > Array.MaxLength / sizeof(float))
            throw new ModelFormatException(tensor.File, tensor.Name, $"{tensor.Elements} values", "fewer, for one range of them all");
        return InPieces(tensor, whole ? matrixRows : Math.Min(matrixRows, PieceRows(columns)), (first, values) =>
        {
            ReadOnlySpan<float> weights = importance is null ? default : importance.AsSpan((int)(first / matrixRows) * columns, columns);
            var quantized = new QuantizedTensor(values, columns, options, weights);
            var found = new float[values.Length];
            quantized.Dequantize(found);
            return found;
        }, matrixRows);
    }

    /// <summary>Compares a tensor with what another file made of it.</summary>
    /// <param name="original">The tensor.</param>
    /// <param name="other">The tensor of the same name and shape in another type.</param>
    /// <exception cref="ModelFormatException">The shapes differ, or a value is not finite.</exception>
    public static QuantError Compare(ITensor original, ITensor other)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(other);
        if (!original.Shape.SequenceEqual(other.Shape))
        {
            throw new ModelFormatException(
                other.File, other.Name, $"shape [{string.Join(", ", other.Shape)}]", $"[{string.Join(", ", original.Shape)}]");
        }
        int columns = Columns(original);
        return InPieces(original, PieceRows(columns), (first, values) => Decode(other, first, values.Length / columns), original.Rows);
    }

    /// <summary>Runs over the rows in pieces, none of which goes beyond a matrix.</summary>
    private static QuantError InPieces(ITensor tensor, long pieceRows, Func<long, float[], float[]> quantize, long matrixRows)
    {
        long piecesPerMatrix = (matrixRows + pieceRows - 1) / pieceRows, matrices = tensor.Rows / matrixRows;
        var errors = new QuantError[checked((int)(piecesPerMatrix * matrices))];
        try
        {
            Parallel.For(0, errors.Length, index =>
            {
                (long matrix, long piece) = Math.DivRem((long)index, piecesPerMatrix);
                long first = matrix * matrixRows + piece * pieceRows;
                float[] values = Decode(tensor, first, (int)Math.Min(pieceRows, (matrix + 1) * matrixRows - first));
                errors[index] = new QuantError();
                errors[index].Add(values, quantize(first, values));
            });
        }
        catch (AggregateException e) when (e.InnerExceptions is [ModelFormatException first, ..])
        {
            throw first;
        }
        var sum = new QuantError();
        foreach (QuantError error in errors) sum.Add(error);
        return sum;
    }

    private static float[] Decode(ITensor tensor, long firstRow, int rows)
    {
        int columns = Columns(tensor);
        long rowBytes = tensor.Type.RowBytes(columns);
        byte[] bytes = new byte[checked(rows * rowBytes)];
        tensor.Read(firstRow * rowBytes, bytes);
        var values = new float[checked(rows * columns)];
        tensor.Type.Decode(bytes, values);
        int invalid = Array.FindIndex(values, value => !float.IsFinite(value));
        if (invalid >= 0)
            throw new ModelFormatException(tensor.File, tensor.Name, $"{values[invalid]} in row {firstRow + invalid / columns}", "finite weights");
        return values;
    }

    private static int PieceRows(int columns) => Math.Max(1, PieceValues / columns);

    private static int Columns(ITensor tensor) => tensor.Type.CanDecode && tensor.Shape[0] <= Array.MaxLength / sizeof(float)
        ? (int)tensor.Shape[0]
        : throw new ModelFormatException(
            tensor.File, tensor.Name, $"rows of {tensor.Shape[0]} values of type {tensor.Type.Name}", "rows of weights");
}
