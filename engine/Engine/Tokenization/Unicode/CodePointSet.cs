namespace Engine.Tokenization.Unicode;

/// <summary>A set of code points, kept as its ranges.</summary>
internal sealed class CodePointSet
{
    private readonly int[] _firsts;
    private readonly int[] _lasts;

    /// <summary>Makes a set of ranges in ascending order.</summary>
    public CodePointSet(IReadOnlyCollection<(int First, int Last)> ranges)
    {
        _firsts = [.. ranges.Select(range => range.First)];
        _lasts = [.. ranges.Select(range => range.Last)];
    }

    /// <summary>Whether a code point is in the set.</summary>
    public bool Contains(int codePoint)
    {
        int i = Array.BinarySearch(_firsts, codePoint);
        if (i < 0) i = ~i - 1;
        return i >= 0 && codePoint <= _lasts[i];
    }
}
