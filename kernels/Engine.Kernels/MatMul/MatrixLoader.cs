using System.Diagnostics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>Checks a tensor and interleaves it, a few panels at a time on every thread, so that no second copy of it exists.</summary>
internal static unsafe class MatrixLoader
{
    private const int ChunkBytes = 256 * 1024;

    public static Matrix Load(ITensorData data, QuantType type, int rows, int columns, MatrixOptions options, WorkerPool pool)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        QuantTypeInfo info = QuantTypes.Get(type);
        if (!info.CanDecode) throw Malformed(data, $"numbers of type {info.Name}", "a type of weights");
        if (columns % info.BlockElements != 0)
            throw Malformed(data, $"rows of {columns} values", $"a multiple of the {info.BlockElements} of a {info.Name} block");
        long rowBytes = info.RowBytes(columns);
        if (data.ByteLength / rowBytes != rows || data.ByteLength % rowBytes != 0)
            throw Malformed(data, $"{data.ByteLength} bytes", $"{rows} rows of {rowBytes} bytes");
        if (rowBytes > int.MaxValue / Panel.Rows)
            throw Malformed(data, $"rows of {rowBytes} bytes", $"at most {int.MaxValue / Panel.Rows}");

        Panel layout = Panels.Get(type);
        int panels = (rows + Panel.Rows - 1) / Panel.Rows;
        int panelsPerChunk = (int)Math.Clamp(ChunkBytes / (Panel.Rows * rowBytes), 1, panels);
        bool mapped = !options.Repack && data.Address != 0;
        NativeBuffer? interleaved = mapped ? null : new NativeBuffer(panels * layout.Bytes(columns), zeroed: false);
        try
        {
            using var rowBuffers = new NativeBuffer(mapped ? 0 : pool.Threads * panelsPerChunk * Panel.Rows * rowBytes, zeroed: false);
            byte* target = interleaved is null ? null : interleaved.Pointer;
            var job = new Job(data, layout, rows, columns, panelsPerChunk, rowBuffers.Pointer, target, options.Meter);
            pool.Run(ref job, (panels + panelsPerChunk - 1) / panelsPerChunk);
            return interleaved is null ? new Matrix(layout, rows, columns, data) : new Matrix(layout, rows, columns, interleaved);
        }
        catch
        {
            interleaved?.Dispose();
            throw;
        }
    }

    private static ModelFormatException Malformed(ITensorData data, string found, string expected) =>
        new(data.File, data.Name, found, expected);

    private readonly struct Job(
        ITensorData data, Panel layout, int rows, int columns, int panelsPerChunk, byte* rowBuffers, byte* interleaved,
        LoadMeter? meter) : IWorkerJob
    {
        public void Execute(int index, int worker)
        {
            long start = Stopwatch.GetTimestamp(), rowBytes = layout.Info.RowBytes(columns);
            int firstPanel = index * panelsPerChunk;
            int firstRow = firstPanel * Panel.Rows;
            int count = Math.Min(panelsPerChunk * Panel.Rows, rows - firstRow);
            int bytes = (int)(count * rowBytes);
            if (interleaved is null)
            {
                Check(new ReadOnlySpan<byte>((byte*)data.Address + firstRow * rowBytes, bytes), firstRow);
                meter?.Add(Stopwatch.GetTimestamp() - start, 0, bytes);
                return;
            }

            byte* buffer = rowBuffers + worker * panelsPerChunk * Panel.Rows * rowBytes;
            var source = new Span<byte>(buffer, bytes);
            data.Read(firstRow * rowBytes, source);
            Check(source, firstRow);
            long read = Stopwatch.GetTimestamp();
            int panels = (count + Panel.Rows - 1) / Panel.Rows;
            new Span<byte>(buffer + bytes, (int)(panels * Panel.Rows * rowBytes) - bytes).Clear();
            for (int panel = 0; panel < panels; panel++)
            {
                byte* target = interleaved + (firstPanel + panel) * layout.Bytes(columns);
                layout.Interleave(buffer + panel * Panel.Rows * rowBytes, (nint)rowBytes, columns, target);
            }
            meter?.Add(read - start, Stopwatch.GetTimestamp() - read, bytes);
        }

        private void Check(ReadOnlySpan<byte> source, int firstRow)
        {
            int block = layout.Info.FirstInvalidBlock(source);
            if (block < 0) return;
            long found = data.Start / layout.Info.BlockBytes + firstRow * (long)(columns / layout.Info.BlockElements) + block;
            (long row, long column) = Math.DivRem(found * layout.Info.BlockElements, columns);
            string what = layout.Info.IsQuantized ? "scale" : "value";
            throw Malformed(data, $"an infinite or NaN {what} in block {found} (row {row}, column {column})", "a finite one");
        }
    }
}
