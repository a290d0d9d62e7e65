namespace Engine.Kernels;

/// <summary>
/// The products of one job, cut into chunks of outputs. An output is computed within one chunk, always in the same order.
/// </summary>
internal sealed class MatMulCall
{
    // Several chunks per thread even out their speeds; beyond the most panels a chunk gains nothing.
    private const int ChunksPerThread = 8;
    private const int MaxPanels = 32;

    private MatMulPart[] _parts = new MatMulPart[8];
    private int _partCount;
    private int _panelsPerChunk;

    /// <summary>The shared input.</summary>
    public Activation Input { get; private set; } = null!;

    /// <summary>What is done to the outputs of each part; null: nothing.</summary>
    public ActivationFunction? Function { get; private set; }

    /// <summary>The rows of the input that are multiplied together.</summary>
    public RowRanges Ranges { get; } = new();

    /// <summary>How many chunks there are.</summary>
    public int Chunks { get; private set; }

    /// <summary>The most tokens of a part that needs room for outputs beside the result; 0: none does.</summary>
    public int TokensBeside { get; private set; }

    /// <summary>Room for the outputs of second maps that have chunks of their own, with the rows of the output; 0: there are none.</summary>
    public long FloatsOfSeconds { get; private set; }

    /// <summary>Whether a part multiplies activations of 8 bits.</summary>
    public bool NeedsBytes { get; private set; }

    /// <summary>Whether a part multiplies activations of 16 bits.</summary>
    public bool NeedsWords { get; private set; }

    /// <summary>Starts a call.</summary>
    public void Begin(Activation input, ActivationFunction? function)
    {
        Input = input;
        Function = function;
        _partCount = Chunks = TokensBeside = 0;
        FloatsOfSeconds = 0;
        Ranges.Clear();
        NeedsBytes = NeedsWords = false;
    }

    /// <summary>Adds a map, or a pair that a gate joins, applied to some rows of the input.</summary>
    /// <param name="maps">One or two.</param>
    /// <param name="inputRow">The first row.</param>
    /// <param name="rows">How many. Parts with the same rows stand beside each other, so that these are quantized once.</param>
    /// <param name="output">Where outputs go.</param>
    /// <param name="outputRow">The row of the first row's outputs.</param>
    public void Add(ReadOnlySpan<Linear> maps, int inputRow, int rows, Activation output, int outputRow)
    {
        Linear? second = maps.Length > 1 ? maps[1] : null;
        var part = new MatMulPart(maps[0], second, output, outputRow, Ranges.Add(inputRow, rows), EndChunk: 0);
        if (_partCount == _parts.Length) Array.Resize(ref _parts, 2 * _parts.Length);
        _parts[_partCount++] = part;
        if (part.IsSplit) FloatsOfSeconds = Math.Max(FloatsOfSeconds, (long)output.Rows * output.Stride);
        if ((second is not null && !part.IsSplit) || !part.IsAligned) TokensBeside = Math.Max(TokensBeside, rows);
        foreach (Linear map in maps)
        {
            NeedsBytes |= map.Weight.Layout.Integer is { CodeBytes: 1 };
            NeedsWords |= map.Weight.Layout.Integer is { CodeBytes: 2 };
        }
    }

    /// <summary>Cuts the parts into chunks.</summary>
    public void Cut(int threads)
    {
        Span<MatMulPart> parts = _parts.AsSpan(0, _partCount);
        int panels = 0;
        foreach (ref MatMulPart part in parts) panels += part.Panels;
        // Whole tiles of the widest kernels, or of those of two panels.
        int atMost = Math.Clamp(panels / (threads * ChunksPerThread), 1, MaxPanels);
        atMost = atMost >= WorkerScratch.Panels ? atMost / WorkerScratch.Panels * WorkerScratch.Panels : Math.Min(atMost, 2);
        _panelsPerChunk = atMost;
        foreach (ref MatMulPart part in parts)
        {
            Chunks += (part.IsSplit ? 2 : 1) * ChunksOfMap(in part);
            part = part with { EndChunk = Chunks };
        }
    }

    /// <summary>Lets go of the operands.</summary>
    public void Clear()
    {
        Array.Clear(_parts, 0, _partCount);
        Input = null!;
    }

    /// <summary>The part of a chunk, and its outputs from first up to but without end.</summary>
    /// <param name="index">The chunk.</param>
    /// <param name="isSecond">Whether it belongs to the second map of a part that is split.</param>
    /// <param name="first">The first output.</param>
    /// <param name="end">Behind the last.</param>
    public ref readonly MatMulPart Chunk(int index, out bool isSecond, out int first, out int end)
    {
        int part = 0, start = 0;
        for (; index >= _parts[part].EndChunk; part++) start = _parts[part].EndChunk;
        index -= start;
        int chunks = ChunksOfMap(in _parts[part]), outputs = OutputsPerChunk(in _parts[part]);
        isSecond = index >= chunks;
        first = (isSecond ? index - chunks : index) * outputs;
        end = Math.Min(first + outputs, _parts[part].Output.Columns);
        return ref _parts[part];
    }

    /// <summary>The parts.</summary>
    public ReadOnlySpan<MatMulPart> Parts => _parts.AsSpan(0, _partCount);

    private int ChunksOfMap(in MatMulPart part) => (part.Output.Columns + OutputsPerChunk(in part) - 1) / OutputsPerChunk(in part);

    /// <summary>A pair that is computed at once has half the outputs for as much work.</summary>
    private int OutputsPerChunk(in MatMulPart part) =>
        (part.Second is null || part.IsSplit ? _panelsPerChunk : Math.Max(1, _panelsPerChunk / 2)) * Panel.Rows;
}
