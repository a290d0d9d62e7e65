namespace Engine.Kernels;

/// <summary>Rows of an input that are multiplied together, and where their tiles begin among all that are quantized.</summary>
internal readonly record struct RowRange(int First, int Count, int FirstTile);

/// <summary>The ranges of a call's input, each with tiles of its own. The list is used again for every call.</summary>
internal sealed class RowRanges
{
    private RowRange[] _ranges = new RowRange[8];
    private int _count;

    /// <summary>Tiles of all ranges.</summary>
    public int Tiles { get; private set; }

    /// <summary>Rows of all ranges.</summary>
    public int Rows { get; private set; }

    /// <summary>Forgets the ranges.</summary>
    public void Clear() => _count = Tiles = Rows = 0;

    /// <summary>Adds a range, unless it is the one that was added last.</summary>
    public RowRange Add(int first, int count)
    {
        if (_count > 0 && _ranges[_count - 1] is var last && last.First == first && last.Count == count) return last;
        if (_count == _ranges.Length) Array.Resize(ref _ranges, 2 * _count);
        var range = new RowRange(first, count, Tiles);
        _ranges[_count++] = range;
        Tiles += QuantizedRows.TilesOf(count);
        Rows += count;
        return range;
    }

    /// <summary>The range that a tile belongs to.</summary>
    public RowRange Of(int tile)
    {
        int range = 0;
        while (range + 1 < _count && _ranges[range + 1].FirstTile <= tile) range++;
        return _ranges[range];
    }
}
