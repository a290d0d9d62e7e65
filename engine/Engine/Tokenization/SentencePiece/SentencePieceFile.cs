using System.Text;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization.SentencePiece;

/// <summary>
/// A tokenizer.model as SentencePiece trains it (github.com/google/sentencepiece, sentencepiece_model.proto), BPE or Unigram. It is handed
/// on in the keys that GGUF files have for the same tokenizer, so that one implementation serves both.
/// </summary>
internal sealed class SentencePieceFile
{
    /// <summary>The name of the file in a model's folder.</summary>
    public const string FileName = "tokenizer.model";

    private const int LargestFile = 1 << 26;
    private const int MostAddedIds = 1 << 17;
    private const int Unigram = 1;
    private const int Bpe = 2;

    private readonly string _path;
    private readonly List<string> _texts = [];
    private readonly List<float> _scores = [];
    private readonly List<int> _kinds = [];
    private readonly Dictionary<string, int> _roles = new(StringComparer.Ordinal) { ["unknown"] = 0, ["bos"] = 1, ["eos"] = 2, ["padding"] = -1 };
    private int _model = Unigram;
    private bool _addsPrefix = true;
    private bool _removesSpaces = true;
    private byte[] _characterMap = [];

    private SentencePieceFile(string path) => _path = path;

    /// <summary>Reads a tokenizer.model and what the files beside it say of it.</summary>
    /// <exception cref="ModelFormatException">It is no such file, or a file beside it is malformed.</exception>
    public static GgufMetadata Read(string path)
    {
        var file = new SentencePieceFile(path);
        file.ReadModel(SmallFile.Read(path, LargestFile, "a SentencePiece model"));
        SentencePieceSideFiles side = SentencePieceSideFiles.Read(Path.GetDirectoryName(Path.GetFullPath(path))!);
        int most = file._texts.Count + MostAddedIds;
        foreach ((int id, SentencePieceSideFiles.Token token) in side.Added) file.Add(id, token, most);
        return new GgufMetadata(path, file.Keys(side));
    }

    private void ReadModel(byte[] content)
    {
        var model = new ProtoReader(content, _path);
        while (model.Next())
        {
            switch (model.Field)
            {
                case 1:
                    ReadPiece(model.Message());
                    break;
                case 2:
                    ReadTrainer(model.Message());
                    break;
                case 3:
                    ReadNormalizer(model.Message());
                    break;
            }
        }
        if (_texts.Count == 0) throw new ModelFormatException(_path, null, "no pieces", "a SentencePiece model");
        if (_model is not (Unigram or Bpe)) throw new ModelFormatException(_path, "model_type", $"{_model}", "Unigram (1) or BPE (2)");
    }

    private void ReadPiece(ProtoReader piece)
    {
        (string text, float score, int kind) = ("", 0f, (int)TokenKind.Normal);
        while (piece.Next())
        {
            if (piece.Field == 1) text = Encoding.UTF8.GetString(piece.Bytes);
            else if (piece.Field == 2) score = piece.Single;
            else if (piece.Field == 3) kind = (int)Math.Min(piece.Number, int.MaxValue);
        }
        _texts.Add(text);
        _scores.Add(score);
        _kinds.Add(kind);
    }

    private void ReadTrainer(ProtoReader trainer)
    {
        while (trainer.Next())
        {
            string? role = trainer.Field switch { 40 => "unknown", 41 => "bos", 42 => "eos", 43 => "padding", _ => null };
            if (role is not null) _roles[role] = (int)(long)trainer.Number;
            else if (trainer.Field == 3) _model = (int)Math.Min(trainer.Number, int.MaxValue);
        }
    }

    private void ReadNormalizer(ProtoReader normalizer)
    {
        while (normalizer.Next())
        {
            if (normalizer.Field == 2) _characterMap = normalizer.Bytes.ToArray();
            else if (normalizer.Field == 3) _addsPrefix = normalizer.Number != 0;
            else if (normalizer.Field == 4) _removesSpaces = normalizer.Number != 0;
        }
    }

    /// <summary>Adds a token behind the pieces, or puts it in place of one.</summary>
    private void Add(int id, SentencePieceSideFiles.Token token, int most)
    {
        if (id >= most) throw new ModelFormatException(_path, token.Text, $"id {id}", $"0 to {most - 1}, near the pieces");
        while (_texts.Count <= id)
        {
            _texts.Add($"[PAD{_texts.Count}]");
            _scores.Add(0);
            _kinds.Add((int)TokenKind.Unused);
        }
        if (_texts[id] == token.Text) return;
        _texts[id] = token.Text;
        _kinds[id] = (int)(token.IsSpecial ? TokenKind.Control : TokenKind.UserDefined);
    }

    private IEnumerable<KeyValuePair<string, GgufValue>> Keys(SentencePieceSideFiles side)
    {
        yield return Pair("model", GgufValue.Of(_model == Bpe ? "llama" : "t5"));
        yield return Pair("tokens", GgufValue.Of(_texts));
        yield return Pair("scores", GgufValue.Of(_scores.ToArray()));
        yield return Pair("token_type", GgufValue.Of(_kinds.ToArray()));
        yield return Pair("add_space_prefix", GgufValue.Of(_addsPrefix));
        yield return Pair("remove_extra_whitespaces", GgufValue.Of(_removesSpaces));
        if (_characterMap.Length > 0) yield return Pair("precompiled_charsmap", GgufValue.Of(_characterMap));
        if (side.AddsBos is { } bos) yield return Pair("add_bos_token", GgufValue.Of(bos));
        if (side.AddsEos is { } eos) yield return Pair("add_eos_token", GgufValue.Of(eos));
        foreach ((string role, int byTrainer) in _roles)
        {
            int id = side.Roles.TryGetValue(role, out string? text) && _texts.IndexOf(text) is >= 0 and var named ? named : byTrainer;
            if (id >= 0 && id < _texts.Count) yield return Pair(role + "_token_id", GgufValue.Of(id));
        }
        int end = side.Roles.TryGetValue("eos", out string? name) ? _texts.IndexOf(name) : _roles["eos"];
        int[] others = [.. side.Ends.Where(id => id != end && id < _texts.Count)];
        foreach ((string role, int id) in ((string[])["eot", "eom"]).Zip(others)) yield return Pair(role + "_token_id", GgufValue.Of(id));
    }

    private static KeyValuePair<string, GgufValue> Pair(string key, GgufValue value) => new("tokenizer.ggml." + key, value);
}
