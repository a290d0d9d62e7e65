using System.Buffers;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// SentencePiece's byte-pair encoding (Kudo and Richardson, 2018), as Llama 1 and 2, Gemma 1 to 3 and Phi-3 have it: of two neighbours
/// whose text together is a token, those merge first whose token has the highest score. What is no token falls back to bytes.
/// </summary>
internal sealed class SentencePieceTokenizer : GgufTokenizer
{
    private static readonly TokenizerDefaults Defaults = new()
    {
        Settings = new TokenizerSettings { AddBos = true, AddSpacePrefix = true },
        Ids = new SpecialTokens { Bos = 1, Eos = 2, Unknown = 0 },
        NeedsScores = true,
    };

    private readonly int[] _byteIds = new int[256];
    private readonly SpaceCuts _cuts = new();
    private readonly WordCache _cache = new();
    private Spare<PairMerger> _mergers;

    public SentencePieceTokenizer(GgufMetadata metadata, string file)
        : this(TokenizerDefinition.Read(metadata, file, Defaults))
    {
    }

    private SentencePieceTokenizer(TokenizerDefinition definition) : base(definition, PieceEncoding.EscapedSpaces)
    {
        Vocabulary vocabulary = definition.Vocabulary;
        for (int b = 0; b < _byteIds.Length; b++)
        {
            int id = vocabulary.FindByte((byte)b);
            if (id < 0) id = vocabulary.Find([(byte)b]);
            _byteIds[b] = id < 0 ? definition.Special.Unknown ?? -1 : id;
        }
        for (int id = 0; id < vocabulary.Count; id++) _cuts.Add(vocabulary.GetText(id));
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool first, List<int> ids)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(EscapedSpace.Utf8.Length * (text.Length + 1));
        PairMerger merger = _mergers.Take();
        try
        {
            int length = 0;
            if (first && Settings.AddSpacePrefix) length += EscapedSpace.Encode(" "u8, rented);
            length += EscapedSpace.Encode(text, rented.AsSpan(length));
            ReadOnlySpan<byte> rest = rented.AsSpan(0, length);
            while (rest.Length > 0)
            {
                int word = _cuts.FirstPart(rest);
                EncodeWord(rest[..word], merger, ids);
                rest = rest[word..];
            }
        }
        finally
        {
            _mergers.Return(merger);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void EncodeWord(ReadOnlySpan<byte> word, PairMerger merger, List<int> ids)
    {
        if (_cache.TryGet(word, ids)) return;
        int first = ids.Count;
        merger.Clear();
        for (int start = 0; start < word.Length;)
        {
            int end = start + Utf8Text.CharacterLength(word[start..]);
            merger.Add(Vocabulary.Find(word[start..end]), end);
            start = end;
        }
        merger.Merge(word, new ScoredPairs(Vocabulary));
        for (int index = 0; merger.TryNext(ref index, out int id, out Range bytes);)
        {
            if (id >= 0) ids.Add(id);
            else AddBytes(word[bytes], ids);
        }
        _cache.Set(word, ids, first);
    }

    private void AddBytes(ReadOnlySpan<byte> bytes, List<int> ids)
    {
        foreach (byte b in bytes)
        {
            if (_byteIds[b] >= 0) ids.Add(_byteIds[b]);
        }
    }

    private readonly struct ScoredPairs(Vocabulary vocabulary) : IPairSource
    {
        public bool TryMerge(int left, int right, ReadOnlySpan<byte> text, out uint priority, out int merged)
        {
            merged = text.Length > vocabulary.LongestText ? -1 : vocabulary.Find(text);
            priority = merged < 0 ? 0 : ToPriority(vocabulary.GetScore(merged));
            return merged >= 0;
        }

        /// <summary>Maps floats to integers so that a higher score is a lower number.</summary>
        private static uint ToPriority(float score)
        {
            uint bits = BitConverter.SingleToUInt32Bits(score + 0f);  // no negative zero
            return bits >> 31 == 0 ? 0x7FFFFFFF - bits : bits;
        }
    }
}
