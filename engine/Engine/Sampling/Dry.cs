namespace Engine.Sampling;

/// <summary>
/// DRY, "don't repeat yourself" (P. E. Weidmann, 2024): a token that would prolong a stretch which already stands earlier in the window
/// loses multiplier x base^(length - allowed length), from the allowed length on. Stretches do not reach across breakers, and a token that
/// is a breaker by itself is exempt.
/// </summary>
public sealed class Dry : ILogitProcessor
{
    private const double LargestFloatLog = 88.7228391;      // ln of the largest float: bounds the exponent

    private readonly float _multiplier, _base;
    private readonly int _allowedLength, _largestExponent;
    private readonly bool _off;
    private readonly DryBreakers _breakers;
    private readonly TokenWindow _window;
    private readonly Dictionary<int, int> _lengths = [];
    private int[] _repeats = [];

    /// <summary>Creates the processor.</summary>
    /// <param name="multiplier">Penalty of a repetition of the allowed length; off at 0.</param>
    /// <param name="base">Growth per token beyond it; off below 1.</param>
    /// <param name="allowedLength">Length from which a repetition costs.</param>
    /// <param name="lastN">Tokens of the past that are searched; off at 0 or below.</param>
    /// <param name="breakers">Where stretches end; null for none.</param>
    /// <exception cref="ArgumentException">A number is NaN.</exception>
    public Dry(float multiplier, float @base, int allowedLength, int lastN, DryBreakers? breakers)
    {
        _multiplier = Guard.NotNaN(multiplier);
        _base = Guard.NotNaN(@base);
        _allowedLength = allowedLength;
        _off = multiplier == 0 || @base < 1 || lastN <= 0;
        _largestExponent = @base > 1.000001f ? (int)(LargestFloatLog / Math.Log(@base)) : int.MaxValue;
        _breakers = breakers ?? DryBreakers.None;
        _window = new TokenWindow(_off ? 0 : lastN);
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        if (_off || _window.Count <= _allowedLength) return;
        int limit = _breakers.TokensAfterLast(_window);
        if (limit < _allowedLength) return;
        FindRepeats();
        CollectLengths(limit);
        foreach ((int token, int length) in _lengths)
        {
            int index = candidates.IndexOf(token);
            if (index < 0 || _breakers.IsSingle(token)) continue;
            int exponent = Math.Min(length - _allowedLength, _largestExponent);
            candidates.Logits[index] -= (float)(_multiplier * Math.Pow(_base, exponent));
        }
        candidates.MarkUnsorted();
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        if (!_off) _window.Add(token, out _);
    }

    /// <inheritdoc/>
    public void Reset() => _window.Clear();

    /// <summary>
    /// The Z function of the reversed window, in linear time (D. Gusfield, "Algorithms on Strings, Trees and Sequences", 1997):
    /// _repeats[d] tokens before distance d from the end equal the last ones of the window.
    /// </summary>
    private void FindRepeats()
    {
        int count = _window.Count;
        if (_repeats.Length < count) _repeats = new int[Math.Max(count, 2 * _repeats.Length)];
        int boxStart = 0, boxEnd = 0;       // the match found so far that reaches deepest: [boxStart, boxEnd)
        for (int d = 1; d < count; d++)
        {
            int length = d < boxEnd ? Math.Min(boxEnd - d, _repeats[d - boxStart]) : 0;
            while (d + length < count && _window.FromEnd(length) == _window.FromEnd(d + length)) length++;
            _repeats[d] = length;
            if (d + length <= boxEnd) continue;
            boxStart = d;
            boxEnd = d + length;
        }
    }

    /// <summary>For each token that followed a repeated stretch, the length of the longest.</summary>
    private void CollectLengths(int limit)
    {
        _lengths.Clear();
        for (int d = 1; d < _window.Count; d++)
        {
            int length = Math.Min(_repeats[d], limit);
            if (length < _allowedLength) continue;
            int next = _window.FromEnd(d - 1);
            if (!_lengths.TryGetValue(next, out int known) || known < length) _lengths[next] = length;
        }
    }
}
