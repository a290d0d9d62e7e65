using System.Buffers;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Tokenization.PreTokenizers;

namespace Engine.Tokenization;

/// <summary>
/// Byte-pair encoding with a list of merges within words that a pre-tokenizer cuts (Sennrich et al., 2016; Radford et al., 2019). Two
/// alphabets: GPT-2's, in which every byte is a symbol, and characters in UTF-8 with U+2581 for a space and bytes as a fallback, as
/// Gemma 4 has it.
/// </summary>
internal sealed class BpeTokenizer : GgufTokenizer
{
    private const string PreTokenizerKey = "tokenizer.ggml.pre";
    private const int DefaultEos = 11;

    private readonly PreTokenizerEntry _entry;
    private readonly MergeTable _merges;
    private readonly SpaceCuts _cuts = new();  // of the alphabet of characters
    private readonly int[] _byteSymbols = new int[256];  // of the byte alphabet
    private readonly int[] _byteIds = new int[256];  // what a byte falls back to, -1 for nothing
    private readonly WordCache _cache = new();
    private Spare<Scratch> _scratch;

    private BpeTokenizer(GgufMetadata metadata, string file, PreTokenizerEntry entry, TokenizerDefinition definition)
        : base(definition, entry.RawUtf8 ? PieceEncoding.EscapedSpaces : PieceEncoding.ByteAlphabet)
    {
        _entry = entry;
        _merges = MergeTable.Read(metadata, file, definition.Vocabulary);
        Span<byte> character = stackalloc byte[2];
        for (int b = 0; b < _byteSymbols.Length; b++)
        {
            _byteSymbols[b] = _merges.FindSymbol(character[..ByteAlphabet.Encode([(byte)b], character)]);
            int id = entry.RawUtf8 ? definition.Vocabulary.FindByte((byte)b) : _byteSymbols[b];
            _byteIds[b] = id < definition.Vocabulary.Count ? id : -1;
        }
        if (entry.RawUtf8) _merges.ForEachSymbol(_cuts.Add);
    }

    /// <summary>Makes the tokenizer of a file of the kind gpt2, by the name of its pre-tokenizer.</summary>
    public static BpeTokenizer CreateGpt2(GgufMetadata metadata, string file)
    {
        string name = metadata.GetString(PreTokenizerKey, "");
        if (name.Length == 0) name = PreTokenizerTable.DefaultName;
        PreTokenizerEntry entry = PreTokenizerTable.Find(name) ?? throw new ModelFormatException(file, PreTokenizerKey,
            $"the pre-tokenizer \"{name}\"", $"one of {string.Join(", ", PreTokenizerTable.Names.Order(StringComparer.Ordinal))}");
        return Create(metadata, file, entry, new SpecialTokens { Bos = entry.DefaultBos, Eos = DefaultEos });
    }

    /// <summary>Makes the tokenizer of a file of the kind gemma4.</summary>
    public static BpeTokenizer CreateGemma4(GgufMetadata metadata, string file) =>
        Create(metadata, file, PreTokenizerTable.Find(PreTokenizerTable.Gemma4Name)!, new SpecialTokens());

    private static BpeTokenizer Create(GgufMetadata metadata, string file, PreTokenizerEntry entry, SpecialTokens defaultIds)
    {
        var settings = new TokenizerSettings
        {
            AddBos = entry.AddBos,
            CleanSpaces = entry.CleanSpaces,
            IgnoreMerges = entry.IgnoreMerges,
        };
        return new BpeTokenizer(metadata, file, entry, TokenizerDefinition.Read(metadata, file,
            new TokenizerDefaults { Settings = settings, Ids = defaultIds, AlwaysAddsBegin = entry.WholeNewlines }));
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool first, List<int> ids)
    {
        byte[]? rented = null;
        Scratch scratch = _scratch.Take();
        try
        {
            if (_entry.RawUtf8)
            {
                rented = ArrayPool<byte>.Shared.Rent(EscapedSpace.Utf8.Length * text.Length);
                text = rented.AsSpan(0, EscapedSpace.Encode(text, rented));
            }
            scratch.WordEnds.Clear();
            _entry.PreTokenizer.Split(text, scratch.WordEnds);
            int start = 0;
            foreach (int end in scratch.WordEnds)
            {
                EncodeWord(text[start..end], scratch, ids);
                start = end;
            }
        }
        finally
        {
            _scratch.Return(scratch);
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void EncodeWord(ReadOnlySpan<byte> word, Scratch scratch, List<int> ids)
    {
        if (_entry.WholeNewlines && word[0] == '\n' && Vocabulary.Find(word) is >= 0 and int newlines)
        {
            ids.Add(newlines);
            return;
        }
        while (word.Length > 0)
        {
            int length = _entry.RawUtf8 ? _cuts.FirstPart(word) : word.Length;
            EncodeCached(word[..length], scratch, ids);
            word = word[length..];
        }
    }

    private void EncodeCached(ReadOnlySpan<byte> word, Scratch scratch, List<int> ids)
    {
        if (_cache.TryGet(word, ids)) return;
        int first = ids.Count;
        if (Settings.IgnoreMerges && FindWord(word) is >= 0 and int id) ids.Add(id);
        else Merge(word, scratch.Merger, ids);
        _cache.Set(word, ids, first);
    }

    private void Merge(ReadOnlySpan<byte> word, PairMerger merger, List<int> ids)
    {
        merger.Clear();
        for (int start = 0; start < word.Length;)
        {
            int end = _entry.RawUtf8 ? start + Utf8Text.CharacterLength(word[start..]) : start + 1;
            merger.Add(_entry.RawUtf8 ? _merges.FindSymbol(word[start..end]) : _byteSymbols[word[start]], end);
            start = end;
        }
        merger.Merge(word, new RankedPairs(_merges));
        for (int index = 0; merger.TryNext(ref index, out int symbol, out Range bytes);)
        {
            if (symbol >= 0 && symbol < VocabularySize) ids.Add(symbol);
            else AddBytes(word[bytes], ids);
        }
    }

    private void AddBytes(ReadOnlySpan<byte> bytes, List<int> ids)
    {
        foreach (byte b in bytes)
        {
            if (_byteIds[b] >= 0) ids.Add(_byteIds[b]);
        }
    }

    /// <summary>The token of a whole word, or -1.</summary>
    private int FindWord(ReadOnlySpan<byte> word)
    {
        if (_entry.RawUtf8) return Vocabulary.Find(word);
        if (word.Length > Vocabulary.LongestText) return -1;
        byte[] characters = ArrayPool<byte>.Shared.Rent(2 * word.Length);
        int id = Vocabulary.Find(characters.AsSpan(0, ByteAlphabet.Encode(word, characters)));
        ArrayPool<byte>.Shared.Return(characters);
        return id;
    }

    private sealed class Scratch
    {
        public PairMerger Merger { get; } = new();

        public List<int> WordEnds { get; } = [];
    }
}
