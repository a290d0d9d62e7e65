using Engine.Formats.Gguf;
using Engine.Tokenization;

namespace Engine.Tests.Tokenization;

/// <summary>
/// The metadata of a tokenizer made in a test. Tokens are added one by one; keys without the prefix <c>tokenizer.ggml.</c>.
/// </summary>
internal sealed class SmallVocabulary
{
    public const string File = "small.gguf";

    private readonly List<string> _tokens = [];
    private readonly List<int> _kinds = [];
    private readonly List<float> _scores = [];
    private readonly Dictionary<string, GgufValue> _values = [];

    public SmallVocabulary(string model) => _values["tokenizer.ggml.model"] = GgufValue.Of(model);

    public int Count => _tokens.Count;

    public SmallVocabulary Add(string text, TokenKind kind = TokenKind.Normal, float score = 0)
    {
        _tokens.Add(text);
        _kinds.Add((int)kind);
        _scores.Add(score);
        return this;
    }

    public SmallVocabulary AddAll(params string[] texts)
    {
        foreach (string text in texts) Add(text);
        return this;
    }

    /// <summary>The 256 tokens &lt;0x00&gt; to &lt;0xFF&gt;.</summary>
    public SmallVocabulary AddBytes()
    {
        for (int b = 0; b < 256; b++) Add($"<0x{b:X2}>", TokenKind.Byte);
        return this;
    }

    /// <summary>The 256 characters of GPT-2's byte alphabet.</summary>
    public SmallVocabulary AddByteAlphabet()
    {
        for (int b = 0; b < 256; b++) Add(ByteAlphabet.ToCharacter((byte)b).ToString());
        return this;
    }

    public SmallVocabulary Merges(params string[] merges) => With("merges", GgufValue.Of(merges));

    public SmallVocabulary With(string key, GgufValue value)
    {
        _values["tokenizer.ggml." + key] = value;
        return this;
    }

    public SmallVocabulary With(string key, string value) => With(key, GgufValue.Of(value));

    public SmallVocabulary With(string key, int value) => With(key, GgufValue.Of((uint)value));

    public SmallVocabulary With(string key, bool value) => With(key, GgufValue.Of(value));

    public SmallVocabulary WithGeneral(string key, string value)
    {
        _values["general." + key] = GgufValue.Of(value);
        return this;
    }

    /// <summary>The metadata, with what was set by key in place of the lists.</summary>
    public GgufMetadata ToMetadata(params string[] without)
    {
        var values = new Dictionary<string, GgufValue>
        {
            ["tokenizer.ggml.tokens"] = GgufValue.Of(_tokens),
            ["tokenizer.ggml.token_type"] = GgufValue.Of(_kinds.ToArray()),
            ["tokenizer.ggml.scores"] = GgufValue.Of(_scores.ToArray()),
        };
        foreach ((string key, GgufValue value) in _values) values[key] = value;
        foreach (string key in without) values.Remove("tokenizer.ggml." + key);
        return new GgufMetadata(File, values);
    }

    public Tokenizer ToTokenizer() => Tokenizer.Create(ToMetadata(), File);

    /// <summary>SentencePiece's BPE: unknown, begin, end, bytes, and a few words.</summary>
    public static SmallVocabulary Llama() => new SmallVocabulary("llama")
        .Add("<unk>", TokenKind.Unknown).Add("<s>", TokenKind.Control).Add("</s>", TokenKind.Control).AddBytes()
        .Add("▁", score: -20).Add("a", score: -21).Add("b", score: -22).Add("c", score: -23)
        .Add("ab", score: -1).Add("bc", score: -2).Add("▁a", score: -3).Add("▁ab", score: -4).Add("▁▁", score: -5);

    /// <summary>Byte-level BPE with the words of "aab".</summary>
    public static SmallVocabulary Gpt2() => new SmallVocabulary("gpt2").With("pre", "gpt-2").AddByteAlphabet()
        .AddAll("aa", "aab", "Ġa").Add("<|endoftext|>", TokenKind.Control).Merges("a a", "aa b", "Ġ a");

    /// <summary>BPE over characters.</summary>
    public static SmallVocabulary Gemma4() => new SmallVocabulary("gemma4")
        .Add("<bos>", TokenKind.Control).Add("<eos>", TokenKind.Control).AddBytes()
        .AddAll("▁", "a", "b", "é", "▁a", "ab", "\n", "\n\n", ">", ">▁").Merges("a b", "▁ a", "> ▁")
        .With("bos_token_id", 0).With("eos_token_id", 1);

    /// <summary>Unigram: padding, end, unknown, and pieces of "abc".</summary>
    public static SmallVocabulary Unigram() => new SmallVocabulary("t5")
        .Add("<pad>", TokenKind.Control).Add("</s>", TokenKind.Control).Add("<unk>", TokenKind.Unknown)
        .Add("▁", score: -2).Add("a", score: -3).Add("b", score: -3).Add("c", score: -3)
        .Add("ab", score: -4).Add("bc", score: -3.5f).Add("▁a", score: -2.5f)
        .With("add_space_prefix", true).With("remove_extra_whitespaces", true);

    /// <summary>WordPiece: special tokens, and a few words and pieces.</summary>
    public static SmallVocabulary Bert() => new SmallVocabulary("bert")
        .Add("[PAD]", TokenKind.Control).Add("[UNK]", TokenKind.Control).Add("[CLS]", TokenKind.Control)
        .Add("[SEP]", TokenKind.Control).Add("[MASK]", TokenKind.Control)
        .AddAll("▁play", "ing", "ed", "▁,", "▁中", "▁a", "▁uber")
        .With("cls_token_id", 2).With("unknown_token_id", 1).With("seperator_token_id", 3).With("mask_token_id", 4);
}
