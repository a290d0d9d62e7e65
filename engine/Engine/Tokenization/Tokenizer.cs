using System.Buffers;
using System.Text;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// Turns text into the token ids of a model and back, as its GGUF file describes or its tokenizer.json
/// (<see cref="JsonTokenizer"/>). Immutable and safe for use from many threads. Of a GGUF file the ids are those of llama.cpp
/// (docs/adr/0002), of a tokenizer.json those of the library that defines it (docs/adr/0008). Time grows linearly with the text, or
/// n log n in one very long word.
/// </summary>
public abstract class Tokenizer
{
    private readonly Vocabulary _vocabulary;
    private readonly SpecialTokens _special;
    private readonly HashSet<int> _endOfGeneration;
    private readonly PieceTable _pieces;

    private protected Tokenizer(Vocabulary vocabulary, SpecialTokens special, HashSet<int> endOfGeneration, PieceTable pieces)
    {
        _vocabulary = vocabulary;
        _special = special;
        _endOfGeneration = endOfGeneration;
        _pieces = pieces;
    }

    /// <summary>Number of tokens; ids run from 0 to one less.</summary>
    public int VocabularySize => _vocabulary.Count;

    /// <summary>Begin of text (WordPiece: CLS); null where the model has none, as with the other ids.</summary>
    public int? BosId => _special.Bos;

    /// <summary>End of text.</summary>
    public int? EosId => _special.Eos;

    /// <summary>End of turn.</summary>
    public int? EotId => _special.EndOfTurn;

    /// <summary>End of message: more of the turn follows, as the result of a tool.</summary>
    public int? EomId => _special.EndOfMessage;

    /// <summary>The token of what the vocabulary cannot express.</summary>
    public int? UnknownId => _special.Unknown;

    /// <summary>Separator of two texts.</summary>
    public int? SeparatorId => _special.Separator;

    /// <summary>Fills the shorter sequences of a batch.</summary>
    public int? PaddingId => _special.Padding;

    /// <summary>Stands for a masked token.</summary>
    public int? MaskId => _special.Mask;

    /// <summary>Fill in the middle: before the text in front of the gap.</summary>
    public int? FimPrefixId => _special.FimPrefix;

    /// <summary>Fill in the middle: before the text behind the gap.</summary>
    public int? FimSuffixId => _special.FimSuffix;

    /// <summary>Fill in the middle: the model goes on with the gap's text.</summary>
    public int? FimMiddleId => _special.FimMiddle;

    /// <summary>Fill in the middle: padding.</summary>
    public int? FimPaddingId => _special.FimPadding;

    /// <summary>Fill in the middle: name of a repository.</summary>
    public int? FimRepositoryId => _special.FimRepository;

    /// <summary>Fill in the middle: between two files.</summary>
    public int? FimSeparatorId => _special.FimSeparator;

    /// <summary>Whether encoding with special tokens puts <see cref="BosId"/> in front.</summary>
    public abstract bool AddsBos { get; }

    /// <summary>Whether encoding with special tokens puts <see cref="EosId"/> (WordPiece: <see cref="SeparatorId"/>) behind.</summary>
    public abstract bool AddsEos { get; }

    private protected Vocabulary Vocabulary => _vocabulary;

    /// <summary>Opens the tokenizer of a model's folder: tokenizer.json, or SentencePiece's tokenizer.model where that is all there is.</summary>
    /// <param name="folder">Path of the folder.</param>
    /// <returns>Null where the folder has neither.</returns>
    /// <exception cref="ModelFormatException">It is malformed, or of a kind that is not known.</exception>
    public static Tokenizer? TryOpenFolder(string folder) => FolderTokenizer.TryOpen(folder);

    /// <summary>Makes the tokenizer that a GGUF file describes, by <c>tokenizer.ggml.model</c>: llama, t5, gpt2, gemma4 or bert.</summary>
    /// <param name="metadata">The file's metadata.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <exception cref="ModelFormatException">A key is missing, does not fit the others or names what does not exist: an unknown
    /// kind or pre-tokenizer, an id beyond the vocabulary, a merge that is none.</exception>
    public static Tokenizer Create(GgufMetadata metadata, string file)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return TokenizerKinds.Create(metadata, file);
    }

    /// <summary>Whether the model says with this token that its answer is complete.</summary>
    public bool IsEndOfGeneration(int id) => _endOfGeneration.Contains(id);

    /// <summary>What a token is; control where it counts as more than one kind.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public TokenKind GetKind(int id) => TokenKinds.FromAttributes(_vocabulary.GetAttributes(Checked(id)));

    /// <summary>A token as the vocabulary writes it, as in <c>Ġthe</c>; <see cref="Decode"/> has the text that it stands for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public string GetText(int id) => Encoding.UTF8.GetString(_vocabulary.GetText(Checked(id)));

    /// <summary>The token that the vocabulary writes exactly so, or null.</summary>
    public int? FindToken(string text) => _vocabulary.Find(text) is >= 0 and int id ? id : null;

    /// <summary>A token's score as the file has it, 0 where it has none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public float GetScore(int id) => _vocabulary.GetScore(Checked(id));

    /// <summary>The bytes that a token adds to a text: not always whole characters, and with SentencePiece's leading space.</summary>
    /// <param name="id">The token.</param>
    /// <param name="special">Whether control tokens show their text; otherwise they have no bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public ReadOnlySpan<byte> GetPiece(int id, bool special) => _pieces.Get(Checked(id), special);

    /// <summary>Turns text into token ids.</summary>
    /// <param name="text">The text; halves of surrogate pairs count as U+FFFD.</param>
    /// <param name="addSpecial">Add begin and end of text where the model wants them.</param>
    /// <param name="parseSpecial">Control tokens written in the text become tokens. Otherwise they are text like any other, as it
    /// should be for what users type; user-defined tokens are recognised all the same.</param>
    public List<int> Encode(string text, bool addSpecial = true, bool parseSpecial = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            int length = Encoding.UTF8.GetBytes(text, utf8);
            var ids = new List<int>();
            EncodeUtf8(utf8.AsSpan(0, length), addSpecial, parseSpecial, ids);
            return ids;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    /// <summary>Turns token ids into text; bytes that are not UTF-8 become U+FFFD.</summary>
    /// <inheritdoc cref="DecodeBytes"/>
    public string Decode(ReadOnlySpan<int> ids, bool removeSpecial = false, bool unparseSpecial = false) =>
        Encoding.UTF8.GetString(DecodeBytes(ids, removeSpecial, unparseSpecial));

    /// <summary>Turns token ids into the bytes of their text: random ids, or half a character, are no UTF-8.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="removeSpecial">Drop a leading begin of text and a trailing end of text if the model adds them.</param>
    /// <param name="unparseSpecial">Write control tokens as their text; otherwise they leave nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token.</exception>
    public abstract byte[] DecodeBytes(ReadOnlySpan<int> ids, bool removeSpecial = false, bool unparseSpecial = false);

    /// <summary>Makes a decoder for tokens that come one by one.</summary>
    /// <param name="special">Whether control tokens show their text.</param>
    public StreamDecoder CreateStream(bool special = false) => new(this, special);

    /// <summary>Appends the tokens of a text in UTF-8.</summary>
    private protected abstract void EncodeUtf8(ReadOnlySpan<byte> text, bool addSpecial, bool parseSpecial, List<int> ids);

    private int Checked(int id) => (uint)id < (uint)VocabularySize
        ? id
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"{id} is no token: the vocabulary has {VocabularySize}.");
}
