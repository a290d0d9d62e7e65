namespace Engine.Kernels;

/// <summary>One group of products cut into chunks of panels. An output is computed within one chunk, always in the same order.</summary>
internal sealed class MatMulCall
{
    // Several chunks per thread even out their speeds; beyond the most panels a chunk gains nothing.
    private const int ChunksPerThread = 8;
    private const int MaxPanels = 32;

    private Part[] _parts = new Part[8];
    private int _count;
    private int _panelsPerChunk;

    /// <summary>The shared input.</summary>
    public Activation Input { get; private set; } = null!;

    /// <summary>How many chunks there are.</summary>
    public int Chunks { get; private set; }

    /// <summary>Whether a part's rows start within a panel.</summary>
    public bool HasUnaligned { get; private set; }

    /// <summary>Whether a part multiplies activations of 8 bits.</summary>
    public bool NeedsBytes { get; private set; }

    /// <summary>Whether a part multiplies activations of 16 bits.</summary>
    public bool NeedsWords { get; private set; }

    public void Set(ReadOnlySpan<Linear> group, Activation input, ReadOnlySpan<Activation> outputs, int threads)
    {
        if (_parts.Length < group.Length) _parts = new Part[group.Length];
        Input = input;
        int panels = 0;
        foreach (Linear linear in group) panels += linear.Weight.PanelCount;
        // Whole tiles of the widest kernels, or of those of two panels.
        int atMost = Math.Clamp(panels / (threads * ChunksPerThread), 1, MaxPanels);
        _panelsPerChunk = atMost >= WorkerScratch.Panels ? atMost / WorkerScratch.Panels * WorkerScratch.Panels : Math.Min(atMost, 2);
        _count = group.Length;
        Chunks = 0;
        HasUnaligned = NeedsBytes = NeedsWords = false;
        for (int i = 0; i < _count; i++)
        {
            Chunks += (group[i].Weight.PanelCount + _panelsPerChunk - 1) / _panelsPerChunk;
            HasUnaligned |= group[i].Weight.FirstLane != 0;
            NeedsBytes |= group[i].Weight.Layout.Integer is { CodeBytes: 1 };
            NeedsWords |= group[i].Weight.Layout.Integer is { CodeBytes: 2 };
            _parts[i] = new Part(group[i], outputs[i], Chunks);
        }
    }

    /// <summary>Lets go of the operands.</summary>
    public void Clear()
    {
        Array.Clear(_parts, 0, _count);
        Input = null!;
    }

    /// <summary>The product of a chunk and its panels, from first up to but without end.</summary>
    public (Linear Linear, Activation Output, int First, int End) Chunk(int index)
    {
        int part = 0, start = 0;
        for (; index >= _parts[part].EndChunk; part++) start = _parts[part].EndChunk;
        Linear linear = _parts[part].Linear;
        int first = (index - start) * _panelsPerChunk;
        return (linear, _parts[part].Output, first, Math.Min(first + _panelsPerChunk, linear.Weight.PanelCount));
    }

    private readonly record struct Part(Linear Linear, Activation Output, int EndChunk);
}
