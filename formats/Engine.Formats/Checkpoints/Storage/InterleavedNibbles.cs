using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>
/// The order of llm-awq's second kernels (pack_intweight with interleave 4 and stride 64; AutoAWQ's GEMV-fast has the same): 4 rows take
/// turns, 64 columns of each, and of 32 columns the one with the bits q1 q0 p1 p0 c (q = k / 8) lies at place p1 p0 c q1 q0.
/// </summary>
/// <param name="tensor">16-bit integers [rows / 4, columns], which is half a byte for each code.</param>
/// <param name="columns">Codes of a row, a multiple of 64.</param>
internal sealed class InterleavedNibbles(SafetensorsTensor tensor, int columns) : IntegerTable
{
    /// <summary>Rows that take turns.</summary>
    public const int Interleave = 4;

    /// <summary>Columns of a row's turn.</summary>
    public const int Stride = 64;

    private const int TurnBytes = Stride / 2;

    public override void Read(int first, int count, Span<byte> values)
    {
        int blockBytes = columns / 2 * Interleave;
        var bytes = new byte[blockBytes];
        int loaded = -1;
        for (int row = 0; row < count; row++)
        {
            (int block, int turn) = Math.DivRem(first + row, Interleave);
            if (block != loaded) tensor.Read((long)block * blockBytes, bytes);
            loaded = block;
            for (int column = 0; column < columns; column++)
            {
                int start = (column / Stride * Interleave + turn) * TurnBytes;
                int place = column % Stride / 32 * 32 + Place(column % 32);
                values[row * columns + column] = (byte)((bytes[start + place / 2] >> (place % 2 * 4)) & 15);
            }
        }
    }

    private static int Place(int column)
    {
        int q = column >> 3, p = (column >> 1) & 3, c = column & 1;
        return p * 8 + c * 4 + q;
    }
}
