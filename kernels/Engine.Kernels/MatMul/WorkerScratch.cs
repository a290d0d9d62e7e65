namespace Engine.Kernels;

/// <summary>A worker's buffers of fixed size.</summary>
internal readonly unsafe struct WorkerScratch(byte* memory)
{
    /// <summary>Panels that are decoded or unpacked at once: 32 rows.</summary>
    public const int Panels = 4;

    private const int TileAt = Matrix.BlocksScratch;

    public const int Bytes = TileAt + Panels * Panel.Rows * Panel.Stretch * sizeof(float);

    /// <summary>For <see cref="Matrix.Blocks"/>.</summary>
    public byte* Blocks => memory;

    /// <summary>A stretch of <see cref="Panels"/> panels as floats.</summary>
    public float* Tile => (float*)(memory + TileAt);
}
