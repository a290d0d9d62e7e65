using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Kernels.Tests;

/// <summary>A tensor in memory: rows of blocks with random codes and scales, and what they mean by the reference decoder.</summary>
internal sealed unsafe class Weights : ITensorData, IDisposable
{
    private readonly byte* _bytes;

    public Weights(QuantType type, int rows, int columns, int seed = 1, bool mapped = false)
    {
        Info = QuantTypes.Get(type);
        Rows = rows;
        Columns = columns;
        ByteLength = rows * Info.RowBytes(columns);
        _bytes = (byte*)NativeMemory.AllocZeroed((nuint)ByteLength);
        Address = mapped ? (nint)_bytes : 0;
        Fill(new Random(seed));
    }

    public QuantTypeInfo Info { get; }
    public int Rows { get; }
    public int Columns { get; }
    public string File => "memory";
    public string Name => $"{Info.Name} {Rows} x {Columns}";
    public long ByteLength { get; }
    public nint Address { get; }
    public Span<byte> Bytes => new(_bytes, (int)ByteLength);

    public void Read(long offset, Span<byte> destination) => Bytes.Slice((int)offset, destination.Length).CopyTo(destination);

    public Matrix Load(WorkerPool pool, bool repack = true, LoadMeter? meter = null) =>
        Matrix.Load(this, Info.Type, Rows, Columns, new MatrixOptions { Repack = repack, Meter = meter }, pool);

    /// <summary>The row by the reference.</summary>
    public float[] Decode(int row)
    {
        var values = new float[Columns];
        int rowBytes = (int)Info.RowBytes(Columns);
        Info.Decode(Bytes.Slice(row * rowBytes, rowBytes), values);
        return values;
    }

    public void Dispose() => NativeMemory.Free(_bytes);

    /// <summary>Random bytes, drawn again where a block means something huge or not finite.</summary>
    private void Fill(Random random)
    {
        var values = new float[Info.BlockElements];
        for (int at = 0; at < ByteLength; at += Info.BlockBytes)
        {
            Span<byte> block = Bytes.Slice(at, Info.BlockBytes);
            do
            {
                random.NextBytes(block);
                Info.Decode(block, values);
            }
            while (Info.FirstInvalidBlock(block) >= 0 || values.Any(v => !(MathF.Abs(v) < 1e6f)));
        }
    }
}
