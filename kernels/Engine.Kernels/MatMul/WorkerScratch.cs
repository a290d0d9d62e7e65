namespace Engine.Kernels;

/// <summary>A worker's buffers of fixed size.</summary>
internal readonly unsafe struct WorkerScratch(byte* memory)
{
    /// <summary>Panels that are decoded or unpacked at once: 32 rows.</summary>
    public const int Panels = 4;

    /// <summary>Columns that are unpacked at once: 4 panels of them fit a second-level cache.</summary>
    public const int UnpackedColumns = 2048;

    /// <summary>
    /// Bytes of <see cref="Unpacked"/>: codes of a byte, two scales and two offsets per 32 columns at most, 12 bytes per column of a panel.
    /// </summary>
    public const int UnpackedBytes = Panels * UnpackedColumns * (Panel.Rows + 4);
    private const int TileAt = 2 * Matrix.BlocksScratch;

    public const int Bytes = TileAt + UnpackedBytes;

    /// <summary>For <see cref="Matrix.Blocks"/>.</summary>
    public byte* Blocks => memory;

    /// <summary>The same for a second panel beside it.</summary>
    public byte* NextBlocks => memory + Matrix.BlocksScratch;

    /// <summary>A stretch of <see cref="Panels"/> panels as floats.</summary>
    public float* Tile => (float*)(memory + TileAt);

    /// <summary>
    /// <see cref="Panels"/> panels of <see cref="UnpackedColumns"/> columns, unpacked. The same memory as <see cref="Tile"/>.
    /// </summary>
    public byte* Unpacked => memory + TileAt;
}
