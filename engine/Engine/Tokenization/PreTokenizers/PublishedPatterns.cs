namespace Engine.Tokenization.PreTokenizers;

/// <summary>
/// The regular expressions by which models split text, as their tokenizer.json files publish them. They are data: the names say which
/// family first had them. A contraction is written once where a model repeats itself; no text matches differently for it.
/// </summary>
internal static class PublishedPatterns
{
    private const string Contraction = """'(?i:s|t|re|ve|m|ll|d)""";
    private const string EndOfLine = """\s*[\r\n]+""";
    private const string Spaces = """\s+(?!\S)|\s+""";
    private const string Upper = """[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]""";
    private const string Lower = """[\p{Ll}\p{Lm}\p{Lo}\p{M}]""";
    private const string UpperNotHan = """[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]""";
    private const string LowerNotHan = """[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]""";
    private const string BeforeWord = """[^\r\n\p{L}\p{N}]?""";
    private const string Symbols = """ ?[^\s\p{L}\p{N}]+""";

    /// <summary>A newline by itself.</summary>
    public const string Newline = """[\r\n]""";

    /// <summary>Lines, and the runs of line ends between them.</summary>
    public const string Lines = """[^\n]+|[\n]+""";

    /// <summary>One number character.</summary>
    public const string Number = """\p{N}""";

    /// <summary>A run of number characters.</summary>
    public const string Numbers = """\p{N}+""";

    /// <summary>Up to three number characters.</summary>
    public const string UpToThreeNumbers = """\p{N}{1,3}""";

    /// <summary>Exactly three ASCII digits.</summary>
    public const string ThreeDigits = """[0-9][0-9][0-9]""";

    /// <summary>GPT-2.</summary>
    public const string Gpt2 = """'(?:s|t|re|ve|m|ll|d)| ?\p{L}+| ?\p{N}+|""" + Symbols + "|" + Spaces;

    /// <summary>Llama 3: contractions in any case, one character in front of a word, three digits at most.</summary>
    public const string Llama3 =
        Contraction + "|" + BeforeWord + """\p{L}+|\p{N}{1,3}|""" + Symbols + """[\r\n]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>Qwen2: as Llama 3 with single digits.</summary>
    public const string Qwen2 =
        Contraction + "|" + BeforeWord + """\p{L}+|\p{N}|""" + Symbols + """[\r\n]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>Qwen3.5: as Qwen2, marks count as letters.</summary>
    public const string Qwen35 = Contraction + "|" + BeforeWord +
        """[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>MiniCPM5: as Llama 3 with numbers of any length.</summary>
    public const string MiniCpm5 =
        Contraction + "|" + BeforeWord + """\p{L}+|\p{N}+|""" + Symbols + """[\r\n]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>Jais 2: as Llama 3, long white space in powers of two.</summary>
    public const string Jais2 =
        Contraction + "|" + BeforeWord + """\p{L}+|\p{N}{1,3}|""" + Symbols + """[\r\n]*|""" + EndOfLine +
        """|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s""";

    /// <summary>Ling (BailingMoE): as Qwen2 with one line end at a time.</summary>
    public const string BailingMoe =
        Contraction + "|" + BeforeWord + """\p{L}+|\p{N}|""" + Symbols + """[\r\n]*|\s*[\r\n]|""" + Spaces;

    /// <summary>Seed-Coder: as Qwen2, line ends never belong to symbols.</summary>
    public const string SeedCoder =
        Contraction + "|" + BeforeWord + """\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|""" + EndOfLine + "|" + Spaces;

    /// <summary>EXAONE MoE: letters may be joined by single spaces.</summary>
    public const string ExaoneMoe = Contraction + "|" + BeforeWord +
        """(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}|""" + Symbols + """[\r\n/]?|\s*[\r\n]|""" + Spaces;

    /// <summary>Mistral's Tekken: words change where lower case is followed by upper case; no contractions.</summary>
    public const string Tekken = BeforeWord + Upper + "*" + Lower + "+|" + BeforeWord + Upper + "+" + Lower + "*" +
        """|\p{N}|""" + Symbols + """[\r\n/]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>GPT-4o (o200k): as Tekken, with contractions at a word's end and three digits.</summary>
    public const string Gpt4O = BeforeWord + Upper + "*" + Lower + "+(?:" + Contraction + ")?|" + BeforeWord + Upper + "+" + Lower +
        "*(?:" + Contraction + """)?|\p{N}{1,3}|""" + Symbols + """[\r\n/]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>Youtu: as GPT-4o with single digits, behind <see cref="YoutuScripts"/>.</summary>
    public const string Youtu = BeforeWord + Upper + "*" + Lower + "+(?:" + Contraction + ")?|" + BeforeWord + Upper + "+" + Lower +
        "*(?:" + Contraction + """)?|\p{N}|""" + Symbols + """[\r\n/]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>Kimi K2: as GPT-4o, ideographs apart.</summary>
    public const string KimiK2 = """[\p{Han}]+|""" + BeforeWord + UpperNotHan + "*" + LowerNotHan + "+(?:" + Contraction + ")?|" +
        BeforeWord + UpperNotHan + "+" + LowerNotHan + "*(?:" + Contraction + """)?|\p{N}{1,3}|""" + Symbols + """[\r\n]*|""" +
        EndOfLine + "|" + Spaces;

    /// <summary>Falcon's punctuation.</summary>
    public const string FalconPunctuation = """[\p{P}\$\+<=>\^~\|`]+""";

    /// <summary>The punctuation of files that name no pre-tokenizer.</summary>
    public const string DefaultPunctuation = """[\p{P}\$\+<=>\^~\|]+""";

    /// <summary>BLOOM: everything but punctuation that ends clauses.</summary>
    public const string Bloom = """ ?[^(\s|.,!?…。，、।۔،)]+""";

    /// <summary>DeepSeek LLM's letters: Latin, Greek, Cyrillic, Armenian, Georgian, Cherokee and a few more.</summary>
    public const string DeepSeekLetters = """\s?[A-Za-z""" +
        "µÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼιῂ-ῄῆ-ῌῐ-ΐ" +
        "ῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃" + "]+";

    /// <summary>DeepSeek LLM's punctuation; U+3000, which the model's file has among it, counts as white space as in llama.cpp.</summary>
    public const string DeepSeekPunctuation = """\s?[!-/:-~！-／：-～‘-‟、-。]+""";

    /// <summary>White space at the end.</summary>
    public const string SpacesAtEnd = """\s+$""";

    /// <summary>DeepSeek LLM's ideographs, kana and Hangul.</summary>
    public const string DeepSeekHan = """[一-龥ࠀ-一가-퟿]+""";

    /// <summary>DeepSeek Coder's words.</summary>
    public const string DeepSeekCoderLetters = """\s?\p{L}+""";

    /// <summary>DeepSeek Coder's punctuation.</summary>
    public const string DeepSeekCoderPunctuation = """\s?\p{P}+""";

    /// <summary>DeepSeek V3's ideographs and kana.</summary>
    public const string DeepSeek3Han = """[一-龥぀-ゟ゠-ヿ]+""";

    /// <summary>DeepSeek V3: an ASCII symbol may begin a word.</summary>
    public const string DeepSeek3 = """[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+""" +
        """| ?[\p{P}\p{S}]+[\r\n]*|""" + EndOfLine + "|" + Spaces;

    /// <summary>Youtu's Hangul, wide punctuation, bopomofo, and ideographs with kana.</summary>
    public const string YoutuScripts = """[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|[一-龥぀-ゟ゠-ヿ]+""";

    /// <summary>AFMoE's scripts of East and South-East Asia.</summary>
    public const string AfmoeScripts = """[一-鿿㐀-䶿豈-﫿぀-ゟ゠-ヿ･-ﾟ⼀-⿟เ-๿຀-໿ក-៿က-႟ꩠ-ꩿꧠ-꧿가-힯ᄀ-ᇿ]+""";

    /// <summary>Chameleon's sentinel tokens.</summary>
    public const string ChameleonSentinel = """<sentinel:[0-9]+>""";

    /// <summary>Chameleon's image tokens.</summary>
    public const string ChameleonImage = """IMGIMG[A-I]{1,4}Z""";

    /// <summary>Chameleon's white space.</summary>
    public const string ChameleonSpaces = """[\t\n]|    |  """;

    /// <summary>Chameleon's punctuation.</summary>
    public const string ChameleonPunctuation = """[\p{P}!-/:-@\[-`{-~]""";
}
