using Engine.Tokenization;

namespace Engine.Evaluation;

/// <summary>
/// A text cut into windows of equal length, of which some positions are scored as a <see cref="WindowConvention"/> says. An incomplete last
/// window is dropped.
/// </summary>
public sealed class TokenWindows
{
    /// <summary>The shortest window: one position before the scored ones, one scored and its next token.</summary>
    public const int MinimumLength = 4;

    private readonly int[] _tokens;
    private readonly int? _first;

    /// <summary>Cuts tokens into windows.</summary>
    /// <param name="tokens">The whole text.</param>
    /// <param name="length">Tokens of a window, at least <see cref="MinimumLength"/>.</param>
    /// <param name="first">The token that each window begins with in place of its own first; null: its own.</param>
    /// <param name="most">The most windows to take, from the beginning; null: all.</param>
    /// <param name="convention">Which positions are scored.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is too small, or <paramref name="most"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The text is shorter than one window.</exception>
    public TokenWindows(
        ReadOnlySpan<int> tokens, int length, int? first = null, int? most = null,
        WindowConvention convention = WindowConvention.LlamaCpp)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinimumLength);
        if (most is { } limit) ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1, nameof(most));
        if (tokens.Length < length)
        {
            throw new ArgumentException(
                $"The text has {tokens.Length} tokens, expected at least the {length} of one window.", nameof(tokens));
        }
        Count = Math.Min(tokens.Length / length, most ?? int.MaxValue);
        Length = length;
        Convention = convention;
        _first = first;
        _tokens = tokens[..(Count * length)].ToArray();
    }

    /// <summary>Number of windows.</summary>
    public int Count { get; }

    /// <summary>Tokens of a window.</summary>
    public int Length { get; }

    /// <summary>Which positions are scored.</summary>
    public WindowConvention Convention { get; }

    /// <summary>The first position of a window whose prediction is scored.</summary>
    public int FirstScored => Convention == WindowConvention.Papers ? 0 : Length / 2;

    /// <summary>Scored positions of a window.</summary>
    public int ScoredPerWindow => Length - 1 - FirstScored;

    /// <summary>The text's tokens, window after window, before any takes the place of another.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    /// <summary>Encodes a text as the model wants it and cuts it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokenizer">The model's tokenizer; special tokens are added where it adds them by itself.</param>
    /// <param name="length">Tokens of a window, at least <see cref="MinimumLength"/>.</param>
    /// <param name="most">The most windows to take, from the beginning; null: all.</param>
    /// <param name="convention">Which positions are scored.</param>
    /// <inheritdoc cref="TokenWindows(ReadOnlySpan{int}, int, int?, int?, WindowConvention)"/>
    public static TokenWindows Of(
        string text, Tokenizer tokenizer, int length, int? most = null, WindowConvention convention = WindowConvention.LlamaCpp)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        int[] tokens = [.. tokenizer.Encode(text, addSpecial: true, parseSpecial: false)];
        return new TokenWindows(tokens, length, Beginning(tokenizer, convention), most, convention);
    }

    /// <summary>The token that takes the place of each window's first, null for none.</summary>
    public static int? Beginning(Tokenizer tokenizer, WindowConvention convention)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return convention == WindowConvention.LlamaCpp && tokenizer.AddsBos ? tokenizer.BosId : null;
    }

    /// <summary>Copies a window's tokens.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    /// <param name="destination"><see cref="Length"/> tokens.</param>
    public void CopyTo(int index, Span<int> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        _tokens.AsSpan(index * Length, Length).CopyTo(destination);
        if (_first is { } first) destination[0] = first;
    }
}
