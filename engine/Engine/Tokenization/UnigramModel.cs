using System.Buffers;
using Engine.Formats;

namespace Engine.Tokenization;

/// <summary>
/// The Unigram model (Kudo, 2018): of all ways to write a text in tokens the one with the highest sum of log probabilities, found by
/// dynamic programming over a trie of the tokens. Characters in a row that no token has are one unknown token.
/// </summary>
/// <param name="trie">The tokens that text may become.</param>
/// <param name="scores">The log probability of each token.</param>
/// <param name="unknownScore">The log probability of an unknown character.</param>
internal sealed class UnigramModel(ByteTrie trie, double[] scores, double unknownScore) : TokenModel
{
    /// <summary>How far below the lowest score that of an unknown character lies.</summary>
    public const float UnknownPenalty = 10;

    private struct Step
    {
        public int Id;
        public int Start;
        public double Score;
    }

    /// <summary>The token of what the vocabulary lacks; -1 where there is none.</summary>
    public required int Unknown { get; init; }

    /// <summary>The tokens of the bytes, -1 for none, where what the vocabulary lacks is written in them.</summary>
    public int[]? ByteIds { get; init; }

    /// <summary>What is thrown at a text that needs an unknown token, where there is none.</summary>
    public Func<ModelFormatException>? MissingUnknown { get; init; }

    public override void Encode(ReadOnlySpan<byte> word, List<int> ids)
    {
        Step[] steps = ArrayPool<Step>.Shared.Rent(word.Length + 1);
        try
        {
            FindBest(word, steps.AsSpan(0, word.Length + 1));
            Collect(word, steps, ids);
        }
        finally
        {
            ArrayPool<Step>.Shared.Return(steps);
        }
    }

    /// <summary>Fills in, for each offset, the last token of the best way to write the text up to there.</summary>
    private void FindBest(ReadOnlySpan<byte> text, Span<Step> steps)
    {
        steps.Fill(new Step { Id = Unknown, Score = double.NegativeInfinity });
        steps[0].Score = 0;
        for (int start = 0; start < text.Length;)
        {
            double score = steps[start].Score;
            int character = Utf8Text.CharacterLength(text[start..]);
            bool characterIsToken = false;
            int node = 0;
            for (int end = start; end < text.Length;)
            {
                node = trie.GetChild(node, text[end++]);
                if (node < 0) break;
                int id = trie.GetValue(node);
                if (id < 0) continue;
                characterIsToken |= end - start == character;
                Offer(ref steps[end], id, start, score + scores[id]);
            }
            if (!characterIsToken)
            {
                if (MissingUnknown is not null) throw MissingUnknown();
                Offer(ref steps[start + character], Unknown, start, score + unknownScore);
            }
            start += character;
        }
    }

    private static void Offer(ref Step step, int id, int start, double score)
    {
        if (score > step.Score) step = new Step { Id = id, Start = start, Score = score };
    }

    /// <summary>Appends the tokens of the best way, which is walked from the end.</summary>
    private void Collect(ReadOnlySpan<byte> text, Step[] steps, List<int> ids)
    {
        int first = ids.Count;
        int unknownEnd = -1;
        for (int end = text.Length; end > 0; end = steps[end].Start)
        {
            bool unknown = steps[end].Id == Unknown;
            if (unknown && unknownEnd < 0) unknownEnd = end;
            if (unknown && steps[end].Start > 0) continue;
            int start = unknown ? 0 : end;
            if (unknownEnd >= 0) AddUnknown(text[start..unknownEnd], ids);
            unknownEnd = -1;
            if (!unknown) ids.Add(steps[end].Id);
        }
        ids.Reverse(first, ids.Count - first);
    }

    /// <summary>Appends, last token first, what stands for characters that the vocabulary lacks.</summary>
    private void AddUnknown(ReadOnlySpan<byte> text, List<int> ids)
    {
        (int id, int length) = trie.FindLongest(text);
        bool isToken = id >= 0 && length == text.Length;
        if (ByteIds is null || isToken || !HasBytes(text))
        {
            ids.Add(Unknown);
            return;
        }
        for (int i = text.Length - 1; i >= 0; i--) ids.Add(ByteIds[text[i]]);
    }

    private bool HasBytes(ReadOnlySpan<byte> text)
    {
        foreach (byte b in text)
        {
            if (ByteIds![b] < 0) return false;
        }
        return true;
    }
}
