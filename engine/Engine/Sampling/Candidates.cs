namespace Engine.Sampling;

/// <summary>
/// The tokens that may come next, with their logits: one buffer through which a <see cref="SamplerChain"/> passes. Arrays are allocated
/// once for the vocabulary; filters only shorten and reorder them.
/// </summary>
/// <remarks>
/// Whoever writes to <see cref="Logits"/> so that their order may change calls <see cref="MarkUnsorted"/>. Every ordering in here puts
/// equal logits in the order of their ids, so that results do not depend on a sort's whims.
/// </remarks>
public sealed class Candidates
{
    private readonly int[] _ids;
    private readonly float[] _logits;
    private readonly float[] _probabilities;
    private readonly CandidateOrder _order = new();
    private int[] _spareIds = [];
    private float[] _spareLogits = [];
    private int _disturbed;         // _ids[i] == i holds from here on
    private bool _hasProbabilities;

    /// <summary>Creates an empty buffer.</summary>
    /// <param name="capacity">Most candidates it can hold: the size of the vocabulary, at least 1.</param>
    public Candidates(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _ids = new int[capacity];
        _logits = new float[capacity];
        _probabilities = new float[capacity];
        _disturbed = capacity;
    }

    /// <summary>Most candidates the buffer can hold.</summary>
    public int Capacity => _ids.Length;

    /// <summary>Candidates in the buffer.</summary>
    public int Count { get; private set; }

    /// <summary>Whether logits are known to descend.</summary>
    public bool IsSorted { get; private set; }

    /// <summary>Whether the candidate at index i is the token with id i.</summary>
    public bool IsInVocabularyOrder { get; private set; }

    /// <summary>Index of the candidate that a processor chose, -1 where none did.</summary>
    public int Selected { get; private set; } = -1;

    /// <summary>Token ids.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Logits, parallel to <see cref="Ids"/>. -infinity is a token that cannot come.</summary>
    public Span<float> Logits => _logits.AsSpan(0, Count);

    /// <summary>
    /// Probabilities as some processor last computed them, parallel to <see cref="Ids"/>; they need not sum to 1, as candidates may have
    /// been removed since. Empty where none have been computed since the candidates were last reordered.
    /// </summary>
    public ReadOnlySpan<float> Probabilities => _hasProbabilities ? _probabilities.AsSpan(0, Count) : [];

    /// <summary>Fills the buffer with a whole vocabulary: the candidate at index i is token i.</summary>
    /// <param name="logits">One logit per token, at most <see cref="Capacity"/> and at least one.</param>
    /// <exception cref="SamplingException">A logit is NaN or +infinity.</exception>
    public void Load(ReadOnlySpan<float> logits)
    {
        Take(logits);
        int identity = Math.Min(_disturbed, logits.Length);
        for (int i = 0; i < identity; i++) _ids[i] = i;
        if (identity == _disturbed) _disturbed = 0;
        IsInVocabularyOrder = true;
    }

    /// <summary>Fills the buffer with chosen tokens in the given order.</summary>
    /// <param name="ids">Token ids, each at most once.</param>
    /// <param name="logits">Their logits, as many.</param>
    /// <exception cref="SamplingException">A logit is NaN or +infinity.</exception>
    public void Load(ReadOnlySpan<int> ids, ReadOnlySpan<float> logits)
    {
        if (ids.Length != logits.Length) throw new ArgumentException($"{ids.Length} ids and {logits.Length} logits.", nameof(ids));
        Take(logits);
        ids.CopyTo(_ids);
        Disturb(ids.Length);
    }

    /// <summary>Says that logits have changed so that their order may have too.</summary>
    public void MarkUnsorted() => IsSorted = false;

    /// <summary>Index of a token, -1 where it is no candidate.</summary>
    public int IndexOf(int id)
    {
        if (IsInVocabularyOrder) return (uint)id < (uint)Count ? id : -1;
        return Ids.IndexOf(id);
    }

    /// <summary>Chooses the candidate at <paramref name="index"/>.</summary>
    public void Select(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        Selected = index;
    }

    /// <summary>Softmax of the logits into <see cref="Probabilities"/>.</summary>
    /// <exception cref="SamplingException">The largest logit is not finite.</exception>
    public void ComputeProbabilities() => Normalise(RequireHighest());

    /// <summary>Orders the candidates by descending logit, equal ones by id.</summary>
    public void Sort() => KeepTop(Count);

    /// <summary>Removes all but the <paramref name="count"/> best and orders them by descending logit, equal ones by id.</summary>
    public void KeepTop(int count)
    {
        count = Math.Clamp(count, 0, Count);
        if (IsSorted) Truncate(count);
        else TakeKeys(_order.Top(Ids, Logits, count));
    }

    /// <summary>Keeps the first <paramref name="count"/>.</summary>
    public void Truncate(int count)
    {
        Count = Math.Clamp(count, 0, Count);
        Selected = -1;
    }

    /// <summary>Removes the first <paramref name="count"/>.</summary>
    public void RemoveFirst(int count)
    {
        count = Math.Clamp(count, 0, Count);
        if (count == 0) return;
        int rest = Count - count;
        _ids.AsSpan(count, rest).CopyTo(_ids);
        _logits.AsSpan(count, rest).CopyTo(_logits);
        _probabilities.AsSpan(count, rest).CopyTo(_probabilities);
        Count = rest;
        Disturb(rest);
        Selected = -1;
    }

    /// <summary>Removes the candidates whose logit lies below <paramref name="floor"/>; the rest keep their order.</summary>
    internal void KeepFrom(float floor)
    {
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!(_logits[i] >= floor)) continue;
            _ids[kept] = _ids[i];
            _logits[kept++] = _logits[i];
        }
        if (kept == Count) return;
        Count = kept;
        Reordered(sorted: IsSorted);
    }

    /// <summary>The best candidates as keys, without changing anything here; valid until the next ordering.</summary>
    internal ReadOnlySpan<ulong> PeekTop(int count)
    {
        count = Math.Min(count, Count);
        return IsSorted ? _order.Encode(_ids.AsSpan(0, count), _logits.AsSpan(0, count)) : _order.Top(Ids, Logits, count);
    }

    /// <summary>Positions by ascending score; valid until the next ordering.</summary>
    internal ReadOnlySpan<ulong> PeekByScore(ReadOnlySpan<float> scores) => _order.ByScore(scores);

    /// <summary>Replaces the candidates by those in sorted keys.</summary>
    internal void TakeKeys(ReadOnlySpan<ulong> keys)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            _ids[i] = CandidateOrder.Id(keys[i]);
            _logits[i] = CandidateOrder.Logit(keys[i]);
        }
        Count = keys.Length;
        Reordered(sorted: true);
    }

    /// <summary>Keeps the candidates at the positions in the keys, in that order.</summary>
    internal void TakePositions(ReadOnlySpan<ulong> keys)
    {
        if (_spareIds.Length < keys.Length)
        {
            _spareIds = new int[Capacity];
            _spareLogits = new float[Capacity];
        }
        for (int i = 0; i < keys.Length; i++)
        {
            int position = CandidateOrder.Id(keys[i]);
            _spareIds[i] = _ids[position];
            _spareLogits[i] = _logits[position];
        }
        _spareIds.AsSpan(0, keys.Length).CopyTo(_ids);
        _spareLogits.AsSpan(0, keys.Length).CopyTo(_logits);
        Count = keys.Length;
        Reordered(sorted: false);
    }

    /// <summary>Softmax with the largest logit known; returns the sum of e^(logit - max).</summary>
    internal double Normalise(float max)
    {
        Span<float> probabilities = _probabilities.AsSpan(0, Count);
        double sum = Softmax.Exponentials(Logits, max, probabilities);
        Softmax.Scale(probabilities, (float)(1 / sum));
        _hasProbabilities = true;
        return sum;
    }

    /// <summary>Sets the probabilities that a softmax over earlier candidates gave to those that are left.</summary>
    /// <param name="max">The largest logit then.</param>
    /// <param name="sum">The sum of e^(logit - max) then.</param>
    internal void SetProbabilities(float max, double sum)
    {
        Softmax.Exponentials(Logits, max, _probabilities.AsSpan(0, Count));
        Softmax.Scale(_probabilities.AsSpan(0, Count), (float)(1 / sum));
        _hasProbabilities = true;
    }

    /// <summary>The largest logit.</summary>
    /// <exception cref="SamplingException">The largest logit is not finite.</exception>
    internal float RequireHighest()
    {
        float max = Count == 0 ? float.NegativeInfinity : IsSorted ? _logits[0] : Softmax.Max(Logits);
        if (float.IsFinite(max)) return max;
        if (Count == 0) throw new SamplingException("No candidate is left: a processor has removed every token.");
        throw new SamplingException(float.IsNegativeInfinity(max)
            ? $"Every one of {Count} candidates has the logit -infinity: no token can come next."
            : $"The largest logit of {Count} candidates is {max}, expected a finite number.");
    }

    private void Take(ReadOnlySpan<float> logits)
    {
        if (logits.IsEmpty || logits.Length > Capacity)
            throw new ArgumentException($"{logits.Length} logits, expected 1 to {Capacity}.", nameof(logits));
        int unusable = Softmax.IndexOfUnusable(logits);
        if (unusable >= 0)
            throw new SamplingException(
                $"The logit at index {unusable} of {logits.Length} is {logits[unusable]}, expected a finite number or -infinity.");
        logits.CopyTo(_logits);
        Count = logits.Length;
        IsSorted = false;
        _hasProbabilities = false;
        Selected = -1;
    }

    private void Reordered(bool sorted)
    {
        IsSorted = sorted;
        _hasProbabilities = false;
        Selected = -1;
        Disturb(Count);
    }

    private void Disturb(int count)
    {
        IsInVocabularyOrder = false;
        _disturbed = Math.Max(_disturbed, count);
    }
}
