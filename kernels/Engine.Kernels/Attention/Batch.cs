namespace Engine.Kernels;

/// <summary>
/// The tokens of one forward pass, each with its own position and sequence: a prompt, one token each of many conversations, or both.
/// </summary>
/// <remarks>
/// Tokens of one sequence stand in ascending order of position without gaps, so that a run of them can share the keys it reads.
/// A token's results do not depend on the tokens beside it.
/// </remarks>
public sealed class Batch
{
    private readonly int[] _ids;
    private readonly int[] _positions;
    private readonly KvSequence?[] _sequences;
    private readonly bool[] _wantsOutput;

    /// <summary>An empty batch with room for <paramref name="capacity"/> tokens.</summary>
    public Batch(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _ids = new int[capacity];
        _positions = new int[capacity];
        _sequences = new KvSequence?[capacity];
        _wantsOutput = new bool[capacity];
    }

    /// <summary>Tokens in the batch.</summary>
    public int Count { get; private set; }

    /// <summary>The most tokens that fit.</summary>
    public int Capacity => _ids.Length;

    /// <summary>How many tokens want their logits or hidden state.</summary>
    public int OutputCount { get; private set; }

    /// <summary>Token ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Positions in their sequences, from 0.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    /// <summary>Whether the token's logits (or hidden state) are wanted.</summary>
    public ReadOnlySpan<bool> WantsOutput => _wantsOutput.AsSpan(0, Count);

    /// <summary>The sequence of a token.</summary>
    public KvSequence Sequence(int index) => _sequences.AsSpan(0, Count)[index]!;

    /// <summary>Adds a token. Room in its sequence must be reserved before the forward pass.</summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position is negative.</exception>
    public void Add(int id, int position, KvSequence sequence, bool wantsOutput)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentNullException.ThrowIfNull(sequence);
        if (Count == Capacity) throw new InvalidOperationException($"The batch is full: it holds {Capacity} tokens.");
        _ids[Count] = id;
        _positions[Count] = position;
        _sequences[Count] = sequence;
        _wantsOutput[Count] = wantsOutput;
        Count++;
        if (wantsOutput) OutputCount++;
    }

    /// <summary>Removes all tokens.</summary>
    public void Clear()
    {
        _sequences.AsSpan(0, Count).Clear();
        Count = 0;
        OutputCount = 0;
    }

    /// <summary>
    /// The length of the run that starts at <paramref name="start"/>: tokens of one sequence at consecutive positions, at most
    /// <paramref name="limit"/> of them.
    /// </summary>
    internal int RunLength(int start, int limit)
    {
        int length = 1;
        while (length < limit && start + length < Count
            && _sequences[start + length] == _sequences[start]
            && _positions[start + length] == _positions[start] + length)
        {
            length++;
        }
        return length;
    }
}
