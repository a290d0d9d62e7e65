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

    /// <summary>The set of a property: a category (<c>Lu</c>), a group of them (<c>L</c>), or <c>Han</c>.</summary>
    /// <exception cref="FormatException">There is no such property here.</exception>
    public static Predicate<int> GetProperty(string name)
    {
        if (name == "Han") return codePoint => Array.Exists(Han, range => codePoint >= range.First && codePoint <= range.Last);
        uint categories = 0;
        for (int i = 0; i < CategoryNames.Length; i++)
        {
            if (CategoryNames[i].StartsWith(name, StringComparison.Ordinal)) categories |= 1u << i;
        }
        if (name.Length == 0 || categories == 0) throw new FormatException($"Unknown property \\p{{{name}}}.");
        return codePoint => ((categories >> (int)CharUnicodeInfo.GetUnicodeCategory(codePoint)) & 1) != 0;
    }

    /// <summary>Whether a code point is of a category that begins with this letter.</summary>
    public static bool IsIn(int codePoint, char group) => CategoryNames[(int)CharUnicodeInfo.GetUnicodeCategory(codePoint)][0] == group;

    /// <summary>Whether a code point is a control or format character, a surrogate or of private use; unassigned ones are not.</summary>
    public static bool IsControl(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;
}
