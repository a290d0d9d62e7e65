using System.Buffers;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// SentencePiece's Unigram model (Kudo, 2018), as T5 and XLM-RoBERTa have it: of all ways to write the text in tokens the one with the
/// highest sum of log probabilities, found by dynamic programming over a trie of the tokens.
/// </summary>
internal sealed class UnigramTokenizer : Tokenizer
{
    private const float UnknownPenalty = 10;
    private const string CharacterMapKey = "tokenizer.ggml.precompiled_charsmap";
    private static readonly TokenizerDefaults Defaults = new()
    {
        Settings = new TokenizerSettings { AddEos = true },
        Ids = new SpecialTokens { Eos = 1, Unknown = 2, Padding = 0 },
        NeedsScores = true,
    };

    private readonly ByteTrie _trie = new();
    private readonly double[] _scores;
    private readonly UnigramNormalizer _normalizer;
    private readonly int _unknown;
    private readonly double _unknownScore;
    private Spare<ArrayBufferWriter<byte>> _buffer;

    private struct Step
    {
        public int Id;
        public int Start;
        public double Score;
    }

    public UnigramTokenizer(GgufMetadata metadata, string file)
        : base(TokenizerDefinition.Read(metadata, file, Defaults), PieceEncoding.EscapedSpaces)
    {
        _unknown = UnknownId ?? throw new ModelFormatException(file, "tokenizer.ggml.unknown_token_id", "no token", "the unknown token");
        CharacterMap? map = metadata.ContainsKey(CharacterMapKey) ? CharacterMap.Read(ReadBytes(metadata, file), file) : null;
        _normalizer = new UnigramNormalizer(Vocabulary, map, Settings);
        _scores = new double[Vocabulary.Count];
        float lowest = float.MaxValue;
        for (int id = 0; id < _scores.Length; id++)
        {
            if (Vocabulary.Has(id, TokenAttributes.Normal)) lowest = Math.Min(lowest, Vocabulary.GetScore(id));
            bool userDefined = Vocabulary.Has(id, TokenAttributes.UserDefined);
            _scores[id] = userDefined ? 0 : Vocabulary.GetScore(id);  // a user-defined token is as probable as can be
            if (Vocabulary.Has(id, TokenAttributes.Normal | TokenAttributes.UserDefined | TokenAttributes.Unused))
                _trie.Add(Vocabulary.GetText(id), id);
        }
        _unknownScore = lowest - UnknownPenalty;
    }

    private static byte[] ReadBytes(GgufMetadata metadata, string file)
    {
        return metadata[CharacterMapKey].Value switch
        {
            byte[] bytes => bytes,
            sbyte[] bytes => Array.ConvertAll(bytes, b => (byte)b),
            _ => throw new ModelFormatException(file, CharacterMapKey, metadata[CharacterMapKey].Type.ToString(), "an array of bytes"),
        };
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool first, List<int> ids)
    {
        ArrayBufferWriter<byte> buffer = _buffer.Take();
        buffer.ResetWrittenCount();
        _normalizer.Normalize(text, buffer);
        ReadOnlySpan<byte> normal = buffer.WrittenSpan;
        Step[] steps = ArrayPool<Step>.Shared.Rent(normal.Length + 1);
        FindBest(normal, steps.AsSpan(0, normal.Length + 1));
        Collect(steps, normal.Length, ids);
        ArrayPool<Step>.Shared.Return(steps);
        _buffer.Return(buffer);
    }

    /// <summary>Fills in, for each offset, the last token of the best way to write the text up to there.</summary>
    private void FindBest(ReadOnlySpan<byte> text, Span<Step> steps)
    {
        steps.Fill(new Step { Id = _unknown, Score = double.NegativeInfinity });
        steps[0].Score = 0;
        for (int start = 0; start < text.Length;)
        {
            double score = steps[start].Score;
            int character = Utf8Text.CharacterLength(text[start..]);
            bool characterIsToken = false;
            int node = 0;
            for (int end = start; end < text.Length;)
            {
                node = _trie.GetChild(node, text[end++]);
                if (node < 0) break;
                int id = _trie.GetValue(node);
                if (id < 0) continue;
                characterIsToken |= end - start == character;
                Offer(ref steps[end], id, start, score + _scores[id]);
            }
            if (!characterIsToken) Offer(ref steps[start + character], _unknown, start, score + _unknownScore);
            start += character;
        }
    }

    private static void Offer(ref Step step, int id, int start, double score)
    {
        if (score > step.Score) step = new Step { Id = id, Start = start, Score = score };
    }

    /// <summary>Appends the tokens of the best way; unknown characters in a row are one token.</summary>
    private void Collect(Step[] steps, int end, List<int> ids)
    {
        int first = ids.Count;
        for (bool wasUnknown = false; end > 0; end = steps[end].Start)
        {
            bool unknown = steps[end].Id == _unknown;
            if (!(unknown && wasUnknown)) ids.Add(steps[end].Id);
            wasUnknown = unknown;
        }
        ids.Reverse(first, ids.Count - first);
    }
}
