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

    /// <summary>Whether <see cref="MultiplyToken"/> may be called: the weights become floats at no cost.</summary>
    public virtual bool IsFloat => false;

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

    /// <summary>
    /// The product in floats with one token, without a tile between: c[row] = sum over columns of w * x, as <see cref="FloatTile"/>
    /// does it.
    /// </summary>
    /// <param name="blocks">The first block of the first panel.</param>
    /// <param name="panelBytes">Bytes from one panel to the next.</param>
    /// <param name="panels">How many.</param>
    /// <param name="columns">All columns.</param>
    /// <param name="x">The token's inputs.</param>
    /// <param name="c">Receives 8 outputs per panel.</param>
    public virtual void MultiplyToken(byte* blocks, nint panelBytes, int panels, int columns, float* x, float* c) =>
        throw new NotSupportedException();
}
