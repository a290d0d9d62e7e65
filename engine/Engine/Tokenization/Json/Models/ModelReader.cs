using System.Text;
using System.Text.Json;
using Engine.Formats;

namespace Engine.Tokenization.Json.Models;

/// <summary>Reads the field model of a tokenizer.json.</summary>
internal sealed class ModelReader
{
    private const string Known = "BPE, Unigram, WordPiece, WordLevel";

    private readonly JsonNode _node;
    private readonly string _kind;

    /// <summary>Reads the tokens; the model itself is made when all of them are known.</summary>
    /// <exception cref="ModelFormatException">The model is of an unknown kind, or its tokens are wrong.</exception>
    public ModelReader(JsonNode node)
    {
        _node = node.Demand(JsonValueKind.Object, "an object");
        _kind = node.FindText("type") ?? Guess(node);
        Tokens = _kind switch
        {
            "BPE" or "WordPiece" or "WordLevel" => TokenList.ReadMap(node.Get("vocab")),
            "Unigram" => TokenList.ReadPairs(node.Get("vocab")),
            _ => throw node.UnknownKind("model", Known),
        };
    }

    /// <summary>The model's tokens.</summary>
    public TokenList Tokens { get; }

    /// <summary>The number of the unknown token, null where there is none.</summary>
    public int? FindUnknown(Vocabulary vocabulary)
    {
        if (_kind == "Unigram") return _node.Find("unk_id")?.Number();
        return _node.FindText("unk_token") is string text && vocabulary.Find(text) is >= 0 and int id ? id : null;
    }

    /// <summary>Makes the model.</summary>
    /// <param name="vocabulary">Its tokens, without those that were added to it.</param>
    public TokenModel Create(Vocabulary vocabulary) => _kind switch
    {
        "BPE" => CreateBpe(vocabulary),
        "Unigram" => CreateUnigram(vocabulary),
        "WordPiece" => new WordPieceModel(vocabulary, Encoding.UTF8.GetBytes(_node.GetText("continuing_subword_prefix")),
            _node.GetNumber("max_input_chars_per_word"), Unknown(vocabulary, _node.Get("unk_token"))),
        _ => new WordLevelModel(vocabulary, Unknown(vocabulary, _node.Get("unk_token"))),
    };

    /// <summary>Older files do not say.</summary>
    private static string Guess(JsonNode node)
    {
        if (node.Find("merges") is not null) return "BPE";
        if (node.Find("vocab") is { Element.ValueKind: JsonValueKind.Array }) return "Unigram";
        return node.Find("continuing_subword_prefix") is null ? "WordLevel" : "WordPiece";
    }

    /// <summary>The unknown token, looked for when it is needed: a vocabulary that knows everything may do without.</summary>
    private static Func<int> Unknown(Vocabulary vocabulary, JsonNode name)
    {
        string text = name.Text();
        int id = vocabulary.Find(text);
        return () => id >= 0 ? id : throw name.Error($"{JsonNode.Shown(text)}, which is no token,", "a token for what has none");
    }

    private MergeModel CreateBpe(Vocabulary vocabulary)
    {
        byte[] prefix = Encoding.UTF8.GetBytes(_node.FindText("continuing_subword_prefix") ?? "");
        byte[] suffix = Encoding.UTF8.GetBytes(_node.FindText("end_of_word_suffix") ?? "");
        bool ignoreMerges = _node.GetFlag("ignore_merges", byDefault: false);
        return new MergeModel(vocabulary, MergeReader.Read(_node.Get("merges"), vocabulary, prefix.Length))
        {
            Prefix = prefix,
            Suffix = suffix,
            IgnoreMerges = ignoreMerges,
            Unknown = _node.Find("unk_token") is JsonNode unknown ? Unknown(vocabulary, unknown) : null,
            FuseUnknown = _node.GetFlag("fuse_unk", byDefault: false),
            ByteIds = _node.GetFlag("byte_fallback", byDefault: false) ? ReadByteIds(vocabulary) : null,
            Cuts = prefix.Length + suffix.Length == 0 && !ignoreMerges ? FindCuts(vocabulary) : null,
        };
    }

    /// <summary>Where words may be cut; nowhere if a space is no token, since unknown characters may fuse with it.</summary>
    private static SpaceCuts? FindCuts(Vocabulary vocabulary)
    {
        if (vocabulary.Find(EscapedSpace.Utf8) < 0) return null;
        var cuts = new SpaceCuts();
        for (int id = 0; id < vocabulary.Count; id++) cuts.Add(vocabulary.GetText(id));
        return cuts;
    }

    private UnigramModel CreateUnigram(Vocabulary vocabulary)
    {
        JsonNode? unknown = _node.Find("unk_id");
        if (unknown is JsonNode node && node.Number() >= vocabulary.Count)
            throw node.Error($"token {node.Number()}", $"a token from 0 to {vocabulary.Count - 1}");
        var trie = new ByteTrie();
        for (int id = 0; id < vocabulary.Count; id++)
        {
            if (vocabulary.GetText(id).Length > 0) trie.Add(vocabulary.GetText(id), id);
        }
        double[] scores = Tokens.Scores!;
        JsonNode self = _node;
        return new UnigramModel(trie, scores, scores.Min() - UnigramModel.UnknownPenalty)
        {
            Unknown = unknown?.Number() ?? -1,
            MissingUnknown = unknown is null ? () => self.Error("no unk_id", "a token for what has none") : null,
            ByteIds = _node.GetFlag("byte_fallback", byDefault: false) ? ReadByteIds(vocabulary) : null,
        };
    }

    private static int[] ReadByteIds(Vocabulary vocabulary) => [.. Enumerable.Range(0, 256).Select(b => vocabulary.FindByte((byte)b))];
}
