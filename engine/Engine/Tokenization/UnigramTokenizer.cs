using System.Buffers;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// SentencePiece's Unigram model (Kudo, 2018), as T5 and XLM-RoBERTa have it: of all ways to write the text in tokens the one with the
/// highest sum of log probabilities, found by dynamic programming over a trie of the tokens.
/// </summary>
internal sealed class UnigramTokenizer : GgufTokenizer
{
    private const string CharacterMapKey = "tokenizer.ggml.precompiled_charsmap";
    private static readonly TokenizerDefaults Defaults = new()
    {
        Settings = new TokenizerSettings { AddEos = true },
        Ids = new SpecialTokens { Eos = 1, Unknown = 2, Padding = 0 },
        NeedsScores = true,
    };

    private readonly UnigramModel _model;
    private readonly UnigramNormalizer _normalizer;
    private Spare<ArrayBufferWriter<byte>> _buffer;

    public UnigramTokenizer(GgufMetadata metadata, string file)
        : base(TokenizerDefinition.Read(metadata, file, Defaults), PieceEncoding.EscapedSpaces)
    {
        int unknown = UnknownId ?? throw new ModelFormatException(file, "tokenizer.ggml.unknown_token_id", "no token", "the unknown token");
        CharacterMap? map = !metadata.ContainsKey(CharacterMapKey) ? null : CharacterMap.Read(
            ReadBytes(metadata, file), (found, expected) => new(file, CharacterMapKey, found, expected));
        _normalizer = new UnigramNormalizer(Vocabulary, map, Settings);
        var trie = new ByteTrie();
        var scores = new double[Vocabulary.Count];
        float lowest = float.MaxValue;
        for (int id = 0; id < scores.Length; id++)
        {
            if (Vocabulary.Has(id, TokenAttributes.Normal)) lowest = Math.Min(lowest, Vocabulary.GetScore(id));
            bool userDefined = Vocabulary.Has(id, TokenAttributes.UserDefined);
            scores[id] = userDefined ? 0 : Vocabulary.GetScore(id);  // a user-defined token is as probable as can be
            if (Vocabulary.Has(id, TokenAttributes.Normal | TokenAttributes.UserDefined | TokenAttributes.Unused))
                trie.Add(Vocabulary.GetText(id), id);
        }
        _model = new UnigramModel(trie, scores, lowest - UnigramModel.UnknownPenalty) { Unknown = unknown };
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
        _model.Encode(buffer.WrittenSpan, ids);
        _buffer.Return(buffer);
    }
}
