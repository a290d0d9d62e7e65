namespace Engine.Kernels;

/// <summary>
/// What products need besides their operands: threads, the arithmetic, and buffers that grow to the largest call and are used again.
/// For one call at a time; contexts may share a pool.
/// </summary>
public sealed unsafe class MatMulContext : IDisposable
{
    private const int MapsOfPart = 2;

    private readonly NativeBuffer _scratch;
    private NativeBuffer? _outputs;
    private NativeBuffer? _seconds;
    private nint _outputFloats;

    /// <summary>Makes a context.</summary>
    /// <param name="pool">The threads; not owned.</param>
    /// <param name="arithmetic">Which numbers to compute in.</param>
    /// <param name="instructionSet">Which instructions; null for <see cref="Processor.Default"/>.</param>
    /// <exception cref="PlatformNotSupportedException">This machine lacks the instructions.</exception>
    public MatMulContext(WorkerPool pool, Arithmetic arithmetic, InstructionSet? instructionSet = null)
    {
        Pool = pool;
        Arithmetic = arithmetic;
        InstructionSet = instructionSet ?? Processor.Default;
        if (!Processor.Supports(InstructionSet)) throw new PlatformNotSupportedException($"This machine has no {InstructionSet}.");
        _scratch = new NativeBuffer((long)pool.Threads * WorkerScratch.Bytes);
    }

    /// <summary>The threads.</summary>
    public WorkerPool Pool { get; }

    /// <summary>The numbers computed in.</summary>
    public Arithmetic Arithmetic { get; }

    /// <summary>The instructions used. They do not change results.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The call under way.</summary>
    internal MatMulCall Call { get; } = new();

    /// <summary>The input of the call under way, quantized to 8 bits, where a product needs it.</summary>
    internal QuantizedActivation Bytes { get; } = new(codeBytes: 1);

    /// <summary>The input of the call under way, quantized to 16 bits, where a product needs it.</summary>
    internal QuantizedActivation Words { get; } = new(codeBytes: 2);

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        _scratch.Dispose();
        _outputs?.Dispose();
        _seconds?.Dispose();
        Bytes.Dispose();
        Words.Dispose();
    }

    internal WorkerScratch Scratch(int worker) => new(_scratch.Pointer + (long)worker * WorkerScratch.Bytes);

    /// <summary>A worker's room for outputs beside the result: <see cref="MatMulPart.LanesBeside"/> for each token.</summary>
    /// <param name="worker">Which worker.</param>
    /// <param name="map">0 or 1: the first map of a part or the second.</param>
    internal float* Outputs(int worker, int map) => (float*)_outputs!.Pointer + (MapsOfPart * worker + map) * _outputFloats;

    /// <summary>The outputs of the second map of a part that is split.</summary>
    internal FloatRows Seconds(in MatMulPart part) =>
        new((float*)_seconds!.Pointer + (nint)part.OutputRow * part.Output.Stride, part.Output.Stride, part.Rows.Count);

    /// <summary>Makes room for what a call computes beside its results.</summary>
    internal void Reserve(MatMulCall call)
    {
        _outputFloats = (nint)call.TokensBeside * MatMulPart.LanesBeside;
        Grow(ref _outputs, MapsOfPart * Pool.Threads * _outputFloats * sizeof(float));
        Grow(ref _seconds, call.FloatsOfSeconds * sizeof(float));
    }

    private static void Grow(ref NativeBuffer? buffer, long bytes)
    {
        if (bytes == 0 || (buffer is not null && buffer.Length >= bytes)) return;
        buffer?.Dispose();
        buffer = new NativeBuffer(bytes);
    }
}
