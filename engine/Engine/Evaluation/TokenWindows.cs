using Engine.Tokenization;

namespace Engine.Evaluation;

/// <summary>
/// A text cut into windows of equal length, of which the second half is scored: llama.cpp's convention for perplexity, so that each scored
/// token has at least half a window before it. An incomplete last window is dropped.
/// </summary>
/// <remarks>
/// With a window of n tokens, positions n/2 to n-2 predict their next token. Where the model begins texts with a special token, that token
/// takes the place of each window's first.
/// </remarks>
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
    /// <exception cref="ArgumentOutOfRangeException">The length is too small, or <paramref name="most"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The text is shorter than one window.</exception>
    public TokenWindows(ReadOnlySpan<int> tokens, int length, int? first = null, int? most = null)
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
        _first = first;
        _tokens = tokens[..(Count * length)].ToArray();
    }

    /// <summary>Number of windows.</summary>
    public int Count { get; }

    /// <summary>Tokens of a window.</summary>
    public int Length { get; }

    /// <summary>The first position of a window whose prediction is scored.</summary>
    public int FirstScored => Length / 2;

    /// <summary>Scored positions of a window.</summary>
    public int ScoredPerWindow => Length - 1 - FirstScored;

    /// <summary>Encodes a text as the model wants it and cuts it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokenizer">The model's tokenizer; special tokens are added where it adds them by itself.</param>
    /// <param name="length">Tokens of a window, at least <see cref="MinimumLength"/>.</param>
    /// <param name="most">The most windows to take, from the beginning; null: all.</param>
    /// <inheritdoc cref="TokenWindows(ReadOnlySpan{int}, int, int?, int?)"/>
    public static TokenWindows Of(string text, Tokenizer tokenizer, int length, int? most = null)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        int[] tokens = [.. tokenizer.Encode(text, addSpecial: true, parseSpecial: false)];
        return new TokenWindows(tokens, length, tokenizer.AddsBos ? tokenizer.BosId : null, most);
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
