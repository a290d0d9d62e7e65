namespace Engine.Tokenization;

/// <summary>How two neighbouring symbols merge into one.</summary>
internal interface IPairSource
{
    /// <summary>Whether two neighbours merge.</summary>
    /// <param name="left">Number of the left symbol, -1 where it is none that can be named.</param>
    /// <param name="right">Number of the right symbol.</param>
    /// <param name="text">The bytes of both.</param>
    /// <param name="priority">The lower, the earlier; below <see cref="uint.MaxValue"/>.</param>
    /// <param name="merged">Number of the symbol that they become.</param>
    bool TryMerge(int left, int right, ReadOnlySpan<byte> text, out uint priority, out int merged);
}

/// <summary>
/// Byte-pair encoding (Sennrich et al., 2016): merges the pair of the lowest priority, the leftmost of equals, until no pair is left.
/// A heap holds the pairs, so n symbols take n log n steps. An instance is scratch memory for one thread.
/// </summary>
internal sealed class PairMerger
{
    private const uint NoPair = uint.MaxValue;

    private Symbol[] _symbols = new Symbol[64];
    private ulong[] _heap = new ulong[128];  // priority in the upper half, index of the left symbol in the lower
    private int _count;
    private int _heapCount;

    private struct Symbol
    {
        public int Number;
        public int Merged;      // what it becomes together with its right neighbour
        public uint Priority;   // of that merge
        public int Previous;
        public int Next;        // index of the right neighbour; the number of symbols behind the last
        public int Start;
        public int End;
    }

    /// <summary>Forgets all symbols.</summary>
    public void Clear() => _count = 0;

    /// <summary>Appends a symbol that covers the next bytes of the text up to <paramref name="end"/>.</summary>
    public void Add(int number, int end)
    {
        if (_count == _symbols.Length) Array.Resize(ref _symbols, 2 * _count);
        int start = _count == 0 ? 0 : _symbols[_count - 1].End;
        _symbols[_count] = new Symbol
        {
            Number = number,
            Priority = NoPair,
            Previous = _count - 1,
            Next = _count + 1,
            Start = start,
            End = end,
        };
        _count++;
    }

    /// <summary>Merges the symbols of the text.</summary>
    public void Merge<TSource>(ReadOnlySpan<byte> text, TSource source) where TSource : struct, IPairSource
    {
        _heapCount = 0;
        for (int left = 0; left + 1 < _count; left++) Propose(left, text, source);
        while (_heapCount > 0)
        {
            ulong top = Pop();
            int left = (int)(uint)top;
            ref Symbol symbol = ref _symbols[left];
            if (symbol.Priority != (uint)(top >> 32)) continue;  // one of the two has merged otherwise since

            int right = symbol.Next;
            symbol.Number = symbol.Merged;
            symbol.Next = _symbols[right].Next;
            symbol.End = _symbols[right].End;
            symbol.Priority = NoPair;
            _symbols[right].Priority = NoPair;
            if (symbol.Next < _count) _symbols[symbol.Next].Previous = left;
            if (symbol.Previous >= 0) Propose(symbol.Previous, text, source);
            Propose(left, text, source);
        }
    }

    /// <summary>Walks the symbols that are left: starts at index 0, ends where it returns false.</summary>
    public bool TryNext(ref int index, out int number, out Range bytes)
    {
        if (index >= _count)
        {
            number = -1;
            bytes = default;
            return false;
        }
        ref Symbol symbol = ref _symbols[index];
        number = symbol.Number;
        bytes = symbol.Start..symbol.End;
        index = symbol.Next;
        return true;
    }

    private void Propose<TSource>(int left, ReadOnlySpan<byte> text, TSource source) where TSource : struct, IPairSource
    {
        ref Symbol symbol = ref _symbols[left];
        symbol.Priority = NoPair;
        if (symbol.Next >= _count) return;
        ref Symbol right = ref _symbols[symbol.Next];
        if (!source.TryMerge(symbol.Number, right.Number, text[symbol.Start..right.End], out uint priority, out int merged)) return;
        symbol.Priority = priority;
        symbol.Merged = merged;
        Push(((ulong)priority << 32) | (uint)left);
    }

    private void Push(ulong item)
    {
        if (_heapCount == _heap.Length) Array.Resize(ref _heap, 2 * _heapCount);
        int i = _heapCount++;
        while (i > 0 && _heap[(i - 1) / 2] > item)
        {
            _heap[i] = _heap[(i - 1) / 2];
            i = (i - 1) / 2;
        }
        _heap[i] = item;
    }

    private ulong Pop()
    {
        ulong top = _heap[0];
        ulong last = _heap[--_heapCount];
        int i = 0;
        while (true)
        {
            int child = 2 * i + 1;
            if (child >= _heapCount) break;
            if (child + 1 < _heapCount && _heap[child + 1] < _heap[child]) child++;
            if (_heap[child] >= last) break;
            _heap[i] = _heap[child];
            i = child;
        }
        _heap[i] = last;
        return top;
    }
}
