using static Engine.Tokenization.PreTokenizers.PublishedPatterns;

namespace Engine.Tokenization.PreTokenizers;

/// <summary>One way to cut text, and the pattern by which it cuts; null where it counts characters.</summary>
internal sealed record StageRule(Func<CharClasses, SplitStage> Make, string? Pattern);

/// <summary>A way to split text, the names that GGUF files have for it, and what else the name says of the tokenizer.</summary>
/// <param name="Stages">Each cuts the pieces of the one before.</param>
/// <param name="Names">Values of <c>tokenizer.ggml.pre</c>.</param>
internal sealed record PreTokenizerEntry(StageRule[] Stages, params string[] Names)
{
    private PreTokenizer? _preTokenizer;

    /// <summary>See <see cref="TokenizerSettings.CleanSpaces"/>.</summary>
    public bool CleanSpaces { get; init; }

    /// <summary>See <see cref="TokenizerSettings.IgnoreMerges"/>.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>See <see cref="TokenizerSettings.AddBos"/>; the file's key comes over it.</summary>
    public bool AddBos { get; init; }

    /// <summary>The default begin of text; null where only the file can name it.</summary>
    public int? DefaultBos { get; init; } = 11;

    /// <summary>Tokens are UTF-8 with U+2581 for a space, not GPT-2's byte alphabet.</summary>
    public bool RawUtf8 { get; init; }

    /// <summary>A word of line ends that is a token needs no merges.</summary>
    public bool WholeNewlines { get; init; }

    /// <summary>The compiled pre-tokenizer, made once.</summary>
    public PreTokenizer PreTokenizer => LazyInitializer.EnsureInitialized(ref _preTokenizer, () => new PreTokenizer(Array.ConvertAll(Stages, stage => stage.Make)));
}

/// <summary>The pre-tokenizers that GGUF files name.</summary>
internal static class PreTokenizerTable
{
    /// <summary>The name that stands for a file that names none.</summary>
    public const string DefaultName = "default";

    /// <summary>Gemma 4's name.</summary>
    public const string Gemma4Name = "gemma4";

    private static readonly PreTokenizerEntry[] Entries =
    [
        new(By(DefaultPunctuation, Gpt2, Numbers, ThreeDigits), DefaultName) { CleanSpaces = true },
        new(By(Gpt2), "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum", "modern-bert",
            "jina-v1-en", "jina-v2-code", "roberta-bpe", "mpt", "olmo", "jais", "exaone4") { CleanSpaces = true },
        new(By(Gpt2), "trillion", "granite-docling"),
        new(By(Number, Gpt2), "starcoder", "refact", "codeshell", "exaone", "minerva-7b", "mellum2") { CleanSpaces = true },
        new(By(Number, Gpt2), "command-r", "smollm"),
        new(By(FalconPunctuation, Gpt2, ThreeDigits), "falcon") { CleanSpaces = true },
        new(By(Llama3), "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2", "jina-v5-nano")
            { CleanSpaces = true, IgnoreMerges = true, AddBos = true },
        new(By(Llama3), "dbrx", "smaug-bpe") { CleanSpaces = true },
        new(By(Llama3), "glm4", "chatglm-bpe") { CleanSpaces = true, DefaultBos = null },
        new(By(Jais2), "jais-2") { CleanSpaces = true },
        new(By(UpToThreeNumbers, MiniCpm5), "minicpm5") { CleanSpaces = true, IgnoreMerges = true },
        new(By(Qwen2), "stablelm2", "megrez") { CleanSpaces = true },
        new(By(Qwen2), "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "hunyuan", "solar-open", "grok-2"),
        new(By(Lines, Qwen2), "laguna"),
        new(By(Qwen35), "qwen35"),
        new(By(BailingMoe), "bailingmoe", "bailingmoe2", "llada-moe"),
        new(By(SeedCoder), "seed-coder"),
        new(By(ExaoneMoe), "exaone-moe") { CleanSpaces = true },
        new(By(Tekken), "tekken") { IgnoreMerges = true, AddBos = true },
        new(By(Gpt4O), "gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"),
        new(By(Gpt4O), "granite-embed-multi-97m") { IgnoreMerges = true },
        new([Digits("Nd", wholeInWords: true), .. By(Gpt4O)], "tiny_aya", "cohere2moe"),
        new(By(YoutuScripts, Youtu), "youtu") { IgnoreMerges = true },
        new(By(KimiK2), "kimi-k2"),
        new(By(Newline, DeepSeekLetters, DeepSeekPunctuation, SpacesAtEnd, DeepSeekHan, Numbers), "deepseek-llm"),
        new(By(Newline, DeepSeekCoderLetters, DeepSeekCoderPunctuation, DeepSeekHan, Number), "deepseek-coder"),
        new(By(UpToThreeNumbers, DeepSeek3Han, DeepSeek3), "deepseek-v3", "hunyuan-dense", "joyai-llm"),
        new([Digits("N"), .. By(AfmoeScripts, DeepSeek3)], "afmoe"),
        new([.. By(Numbers), Digits("Nd")], "superbpe"),
        new(By(Bloom), "bloom", "gpt3-finnish") { CleanSpaces = true },
        new(By(Bloom), "poro-chat"),
        new(By(Bloom, Number), "viking"),
        new(By(ChameleonSentinel, ChameleonImage, ChameleonSpaces, Number, ChameleonPunctuation, Gpt2), "chameleon") { AddBos = true },
        new(By(Lines), Gemma4Name, "granite-embed-multi-311m")
            { CleanSpaces = true, AddBos = true, RawUtf8 = true, WholeNewlines = true },
        new(By(Lines), "sarvam-moe") { RawUtf8 = true },
    ];

    private static readonly Dictionary<string, PreTokenizerEntry> ByName =
        Entries.SelectMany(entry => entry.Names, (entry, name) => (name, entry)).ToDictionary(pair => pair.name, pair => pair.entry);

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>The entry of a name, or null.</summary>
    public static PreTokenizerEntry? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The names of what cuts byte-level text by these patterns, one after the other, and treats whole words alike.</summary>
    public static IEnumerable<string> NamesOf(IReadOnlyList<string> patterns, bool ignoreMerges) => Entries
        .Where(entry => !entry.RawUtf8 && entry.IgnoreMerges == ignoreMerges && entry.Stages.Select(stage => stage.Pattern).SequenceEqual(patterns))
        .SelectMany(entry => entry.Names);

    private static StageRule[] By(params string[] patterns) =>
        Array.ConvertAll(patterns, pattern => new StageRule(classes => new PatternStage(pattern, classes), pattern));

    private static StageRule Digits(string property, bool wholeInWords = false) =>
        new(classes => new DigitGroupStage(property, wholeInWords, classes), null);
}
