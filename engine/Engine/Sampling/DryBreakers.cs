using System.Text;
using Engine.Tokenization;

namespace Engine.Sampling;

/// <summary>
/// The strings at which <see cref="Dry"/> starts to count anew, as tokens of a vocabulary. A breaker is a head token and the tokens that
/// must follow it: none where the head's text contains the string, those of the rest where the head's text ends with its beginning.
/// Immutable; one instance serves any number of sequences.
/// </summary>
public sealed class DryBreakers
{
    private const int MaximumBytes = 40;
    private const int MaximumTail = 20;

    private readonly Dictionary<int, List<int[]>> _tails = [];

    private DryBreakers()
    {
    }

    /// <summary>No breakers.</summary>
    public static DryBreakers None { get; } = new();

    /// <summary>Looks through a vocabulary for the tokens that contain or begin a breaker.</summary>
    /// <param name="breakers">The strings, cut to 40 bytes of UTF-8; empty ones are skipped.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public static DryBreakers Create(IEnumerable<string> breakers, Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(breakers);
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Create(breakers, new TokenizerTexts(tokenizer));
    }

    /// <inheritdoc cref="Create(IEnumerable{string}, Tokenizer)"/>
    internal static DryBreakers Create(IEnumerable<string> breakers, IDryVocabulary vocabulary)
    {
        byte[][] wanted = breakers.Select(Cut).Where(bytes => bytes.Length > 0).ToArray();
        var found = new DryBreakers();
        for (int id = 0; id < vocabulary.VocabularySize; id++)
        {
            ReadOnlySpan<byte> text = vocabulary.GetText(id);
            foreach (byte[] breaker in wanted) found.Add(id, text, breaker, vocabulary);
        }
        return found;
    }

    /// <summary>Whether a token is a breaker by itself.</summary>
    public bool IsSingle(int token) => _tails.TryGetValue(token, out List<int[]>? tails) && tails.Exists(tail => tail.Length == 0);

    /// <summary>
    /// Tokens after the last breaker in a window. Of the breakers that begin at one token the longest counts.
    /// </summary>
    internal int TokensAfterLast(TokenWindow window)
    {
        for (int distance = 0; distance < window.Count; distance++)
        {
            if (!_tails.TryGetValue(window.FromEnd(distance), out List<int[]>? tails)) continue;
            int longest = -1;
            foreach (int[] tail in tails)
                if (tail.Length > longest && Follows(window, distance, tail)) longest = tail.Length;
            if (longest >= 0) return distance - longest;
        }
        return window.Count;
    }

    private static bool Follows(TokenWindow window, int distance, int[] tail)
    {
        if (tail.Length > distance) return false;
        for (int i = 0; i < tail.Length; i++)
            if (window.FromEnd(distance - 1 - i) != tail[i]) return false;
        return true;
    }

    private static byte[] Cut(string breaker)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(breaker);
        return bytes.Length <= MaximumBytes ? bytes : bytes[..MaximumBytes];
    }

    private void Add(int id, ReadOnlySpan<byte> text, byte[] breaker, IDryVocabulary vocabulary)
    {
        if (text.IndexOf(breaker) >= 0)
        {
            AddTail(id, []);
            return;
        }
        for (int common = Math.Min(text.Length, breaker.Length - 1); common > 0; common--)
        {
            if (!text[^common..].SequenceEqual(breaker.AsSpan(0, common))) continue;
            IReadOnlyList<int> rest = vocabulary.Encode(Encoding.UTF8.GetString(breaker.AsSpan(common)));
            AddTail(id, rest.Take(MaximumTail).ToArray());
        }
    }

    private void AddTail(int id, int[] tail)
    {
        if (!_tails.TryGetValue(id, out List<int[]>? tails)) _tails[id] = tails = [];
        if (!tails.Exists(other => other.AsSpan().SequenceEqual(tail))) tails.Add(tail);
    }
}
