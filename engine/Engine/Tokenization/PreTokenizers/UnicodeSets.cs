using System.Globalization;

namespace Engine.Tokenization.PreTokenizers;

/// <summary>Sets of code points by Unicode's properties, by .NET's own tables (no ICU), beyond the BMP too.</summary>
internal static class UnicodeSets
{
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Pc", "Pd", "Ps",
        "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    /// <summary>The ideographs: unified ones with the extensions A to F, and compatibility forms.</summary>
    private static readonly (int First, int Last)[] Han =
        [(0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2EBEF), (0x2F800, 0x2FA1F)];

    /// <summary>White space, as the property White_Space has it.</summary>
    public static bool IsWhiteSpace(int codePoint) => codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint);

    /// <summary>The set of a property: a category (<c>Lu</c>), a group of them (<c>L</c>), <c>Han</c>, or one that
    /// no pattern of a file can mean: <c>BertPunctuation</c>, <c>UnicodeWord</c>.</summary>
    /// <exception cref="FormatException">There is no such property here.</exception>
    public static Predicate<int> GetProperty(string name)
    {
        if (name == "BertPunctuation") return IsBertPunctuation;
        if (name == "UnicodeWord") return IsWord;
        if (name == "Han") return codePoint => Array.Exists(Han, range => codePoint >= range.First && codePoint <= range.Last);
        uint categories = 0;
        for (int i = 0; i < CategoryNames.Length; i++)
        {
            if (CategoryNames[i].StartsWith(name, StringComparison.Ordinal)) categories |= 1u << i;
        }
        if (name.Length == 0 || categories == 0) throw new FormatException($"Unknown property \\p{{{name}}}.");
        return codePoint => ((categories >> (int)CharUnicodeInfo.GetUnicodeCategory(codePoint)) & 1) != 0;
    }

    /// <summary>What BERT takes for punctuation: that of Unicode, and all symbols of ASCII.</summary>
    public static bool IsBertPunctuation(int codePoint) => codePoint < 0x80
        ? char.IsPunctuation((char)codePoint) || char.IsSymbol((char)codePoint)
        : Unicode.UnicodeTables.Shared.Punctuation.Contains(codePoint);

    /// <summary>
    /// What BERT takes for a word of its own: the ranges of its release, with the first code point of extension E as the library
    /// `tokenizers` has it.
    /// </summary>
    public static bool IsBertIdeograph(int codePoint) => codePoint is
        >= 0x4E00 and <= 0x9FFF or >= 0x3400 and <= 0x4DBF or >= 0x20000 and <= 0x2A6DF or >= 0x2A700 and <= 0x2B73F or
        >= 0x2B740 and <= 0x2B81F or >= 0x2B920 and <= 0x2CEAF or >= 0xF900 and <= 0xFAFF or >= 0x2F800 and <= 0x2FA1F;

    /// <summary>Characters of words (\w): letters, marks, digits, connectors and what else is alphabetic (Unicode Technical Standard 18).</summary>
    public static bool IsWord(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) is
        <= UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or
        UnicodeCategory.ConnectorPunctuation || codePoint is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9) or
        (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    /// <summary>The same as Oniguruma has it, the engine of published patterns: with the superscripts and fractions of Latin-1.</summary>
    public static bool IsPatternWord(int codePoint) =>
        (IsWord(codePoint) && codePoint is not (0x200C or 0x200D)) || codePoint is 0xB2 or 0xB3 or 0xB9 or (>= 0xBC and <= 0xBE);

    /// <summary>Whether a code point is of a category that begins with this letter.</summary>
    public static bool IsIn(int codePoint, char group) => CategoryNames[(int)CharUnicodeInfo.GetUnicodeCategory(codePoint)][0] == group;

    /// <summary>Whether a code point is a control or format character, a surrogate or of private use; unassigned ones are not.</summary>
    public static bool IsControl(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;
}
