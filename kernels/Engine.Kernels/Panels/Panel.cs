using Engine.Formats;

namespace Engine.Kernels;

/// <summary>
/// How one weight type lies in a <see cref="Matrix"/>: 8 rows make a panel, a sequence of blocks that each hold the same columns of all 8.
/// Stateless; one instance per type, in <see cref="Panels"/>.
/// </summary>
internal abstract unsafe class Panel(QuantTypeInfo info, int blockColumns, int blockBytes)
{
    /// <summary>Rows of a panel: the 32-bit lanes of a vector.</summary>
    public const int Rows = 8;

    /// <summary>Every type's block divides this many columns: work on long rows is cut at its multiples.</summary>
    public const int Stretch = 256;

    /// <summary>The type in the file.</summary>
    public QuantTypeInfo Info { get; } = info;

    /// <summary>Columns of a panel block.</summary>
    public int BlockColumns { get; } = blockColumns;

    /// <summary>Bytes of a panel block, all 8 rows.</summary>
    public int BlockBytes { get; } = blockBytes;

    /// <summary>The products of a type in integer codes; null where weights are multiplied as floats.</summary>
    public virtual IntegerProduct? Integer => null;

    /// <summary>Bytes of a panel of that many columns (whole blocks).</summary>
    public long Bytes(int columns) => (long)(columns / BlockColumns) * BlockBytes;

    /// <summary>Lays 8 rows of the file side by side.</summary>
    /// <param name="rows">The first row's blocks, from any column at which a block of the panel starts.</param>
    /// <param name="rowBytes">Bytes from one row to the next.</param>
    /// <param name="columns">Whole panel blocks.</param>
    /// <param name="panel">Receives <see cref="Bytes"/>.</param>
    public abstract void Interleave(byte* rows, nint rowBytes, int columns, byte* panel);

    /// <summary>The weights as floats, to the bit what the type's reference decoder gives.</summary>
    /// <param name="panel">The block where the columns start.</param>
    /// <param name="columns">Whole panel blocks.</param>
    /// <param name="tile">Receives w[column * stride + row].</param>
    /// <param name="stride">Floats between two columns of the tile, at least 8.</param>
    public abstract void Decode(byte* panel, int columns, float* tile, nint stride);
}
