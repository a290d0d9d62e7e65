using System.Buffers;
using System.Text;
using Engine.Formats;
using Engine.Tokenization.Json;
using Engine.Tokenization.Json.PostProcessors;
using Engine.Tokenization.Json.PreTokenizers;

namespace Engine.Tokenization;

/// <summary>
/// The tokenizer of a tokenizer.json as Hugging Face's library `tokenizers` defines it: added tokens are cut out of the text, the rest
/// is normalised and cut into words, a model turns words into tokens, and special tokens are put around them (docs/adr/0008).
/// </summary>
public sealed class JsonTokenizer : Tokenizer
{
    private readonly JsonTokenizerParts _parts;
    private readonly int[] _before;
    private readonly int[] _behind;
    private Spare<Scratch> _scratch;

    internal JsonTokenizer(JsonTokenizerParts parts)
        : base(parts.Vocabulary, parts.Special, parts.EndOfGeneration, new PieceTable(parts.Vocabulary, parts.GetPiece))
    {
        _parts = parts;
        _before = parts.AddedBefore;
        _behind = parts.AddedBehind;
    }

    /// <inheritdoc/>
    public override bool AddsBos => _before.Length > 0 && _before[0] == BosId;

    /// <inheritdoc/>
    public override bool AddsEos => _behind.Length > 0 && _behind[^1] == EosId;

    /// <summary>Whether the file asks to cut texts that are too long.</summary>
    public bool Truncates => _parts.Truncation is not null;

    /// <summary>Whether the file asks to fill up texts that are too short.</summary>
    public bool Pads => _parts.Padding is not null;

    /// <summary>Opens a tokenizer.json; the special tokens' roles come from the files beside it, where there are such.</summary>
    /// <param name="path">The file, or a folder with one.</param>
    /// <exception cref="ModelFormatException">The file is no such file, or of a kind that is not known here: the kind is named.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static JsonTokenizer Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return JsonTokenizerReader.Open(path);
    }

    /// <summary>Whether a path is a tokenizer.json by its name, or a folder with one.</summary>
    public static bool IsJson(string path) =>
        path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || File.Exists(Path.Combine(path, JsonTokenizerReader.FileName));

    /// <summary>Turns a text, or a pair of texts, into tokens, cut and filled up as the file asks.</summary>
    /// <param name="text">The first text.</param>
    /// <param name="pair">The second text, if any.</param>
    /// <param name="addSpecial">Put special tokens around the texts.</param>
    /// <param name="parseSpecial">Special tokens written in a text become tokens.</param>
    /// <exception cref="ModelFormatException">The file asks to cut one of the texts, and it is not there or too short.</exception>
    public EncodedText EncodePair(string text, string? pair = null, bool addSpecial = true, bool parseSpecial = true) =>
        EncodeBatch([(text, pair)], addSpecial, parseSpecial)[0];

    /// <summary>Turns texts, or pairs of texts, into tokens; where the file asks for it, all become as long as the longest.</summary>
    /// <inheritdoc cref="EncodePair"/>
    public EncodedText[] EncodeBatch(
        IEnumerable<(string Text, string? Pair)> texts, bool addSpecial = true, bool parseSpecial = true)
    {
        ArgumentNullException.ThrowIfNull(texts);
        EncodedText[] encoded = [.. texts.Select(one => EncodeOne(one.Text, one.Pair, addSpecial, parseSpecial))];
        return _parts.Padding?.Apply(encoded) ?? encoded;
    }

    /// <inheritdoc/>
    public override byte[] DecodeBytes(ReadOnlySpan<int> ids, bool removeSpecial = false, bool unparseSpecial = false)
    {
        if (removeSpecial && ids.StartsWith(_before)) ids = ids[_before.Length..];
        if (removeSpecial && ids.EndsWith(_behind)) ids = ids[..^_behind.Length];
        var tokens = new List<string>(ids.Length);
        foreach (int id in ids)
        {
            TokenKind kind = GetKind(id);
            if (kind != TokenKind.Unused && (kind != TokenKind.Control || unparseSpecial)) tokens.Add(GetText(id));
        }
        return tokens.Count == 0 ? [] : Encoding.UTF8.GetBytes(string.Concat(_parts.Decoder.Decode(tokens)));
    }

    private protected override void EncodeUtf8(ReadOnlySpan<byte> text, bool addSpecial, bool parseSpecial, List<int> ids)
    {
        if (addSpecial) ids.AddRange(_before);
        AddTokens(text, parseSpecial, ids);
        if (addSpecial) ids.AddRange(_behind);
    }

    private EncodedText EncodeOne(string text, string? pair, bool addSpecial, bool parseSpecial)
    {
        List<int> first = Encode(text, addSpecial: false, parseSpecial);
        List<int>? second = pair is null ? null : Encode(pair, addSpecial: false, parseSpecial);
        _parts.Truncation?.Apply(first, second, addSpecial ? _parts.PostProcessor.CountAdded(pair is not null) : 0);
        Segment[] texts = second is null ? [new(first, 0)] : [new(first, 0), new(second, 1)];
        IReadOnlyList<Segment> segments = _parts.PostProcessor.Process(texts, addSpecial);
        int[] ids = [.. segments.SelectMany(segment => segment.Ids)];
        int[] types = [.. segments.SelectMany(segment => Enumerable.Repeat(segment.TypeId, segment.Ids.Count))];
        return new EncodedText(ids, types, [.. Enumerable.Repeat(1, ids.Length)]);
    }

    private void AddTokens(ReadOnlySpan<byte> text, bool parseSpecial, List<int> ids)
    {
        Scratch scratch = _scratch.Take();
        scratch.Outer.Clear();
        _parts.Added.Split(text, parseSpecial, scratch.Outer);
        foreach (Fragment fragment in scratch.Outer)
        {
            if (fragment.Id >= 0) ids.Add(fragment.Id);
            else AddNormalized(text.Slice(fragment.Start, fragment.Length), fragment.Start == 0, parseSpecial, scratch, ids);
        }
        _scratch.Return(scratch);
    }

    private void AddNormalized(ReadOnlySpan<byte> text, bool atStart, bool parseSpecial, Scratch scratch, List<int> ids)
    {
        if (_parts.Normalizer is not null)
        {
            scratch.Normal.ResetWrittenCount();
            _parts.Normalizer.Normalize(text, scratch.Normal);
            text = scratch.Normal.WrittenSpan;
        }
        scratch.Inner.Clear();
        _parts.AddedNormalized.Split(text, parseSpecial, scratch.Inner);
        foreach (Fragment fragment in scratch.Inner)
        {
            if (fragment.Id >= 0) ids.Add(fragment.Id);
            else AddWords(text.Slice(fragment.Start, fragment.Length), atStart && fragment.Start == 0, scratch.Pieces, ids);
        }
    }

    private void AddWords(ReadOnlySpan<byte> text, bool atStart, PieceList pieces, List<int> ids)
    {
        if (_parts.Stages.Length == 0)
        {
            _parts.Model.Encode(text, ids);
            return;
        }
        pieces.Reset(text, atStart);
        foreach (PieceStage stage in _parts.Stages) stage.Apply(pieces);
        foreach (PieceList.Piece piece in pieces.Pieces) _parts.Model.Encode(pieces.GetBytes(piece), ids);
    }

    private sealed class Scratch
    {
        public List<Fragment> Outer { get; } = [];

        public List<Fragment> Inner { get; } = [];

        public ArrayBufferWriter<byte> Normal { get; } = new();

        public PieceList Pieces { get; } = new();
    }
}
