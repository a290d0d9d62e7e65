using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Engine.Templates;

/// <summary>
/// Python's case conversions, which may change a string's length: Unicode's SpecialCasing.txt on top of the simple mappings that .NET
/// has.
/// </summary>
internal static class UnicodeCase
{
    private const int CapitalSigma = 0x3A3;
    private const int FinalSigma = 0x3C2;

    /// <summary>Characters whose upper case is more than one, or is not their title case: character|upper|title.</summary>
    private const string SpecialTable = ""
        + "\u00df|SS|Ss \u0131|I|I \u017f|S|S \u0149|\u02bcN|\u02bcN \u01c4|\u01c4|\u01c5 \u01c5|\u01c4|\u01c5 \u01c6|\u01c4|\u01c5 "
        + "\u01c7|\u01c7|\u01c8 \u01c8|\u01c7|\u01c8 \u01c9|\u01c7|\u01c8 \u01ca|\u01ca|\u01cb \u01cb|\u01ca|\u01cb "
        + "\u01cc|\u01ca|\u01cb \u01f0|J\u030c|J\u030c \u01f1|\u01f1|\u01f2 \u01f2|\u01f1|\u01f2 \u01f3|\u01f1|\u01f2 "
        + "\u0390|\u0399\u0308\u0301|\u0399\u0308\u0301 \u03b0|\u03a5\u0308\u0301|\u03a5\u0308\u0301 "
        + "\u0587|\u0535\u0552|\u0535\u0582 \u1e96|H\u0331|H\u0331 \u1e97|T\u0308|T\u0308 \u1e98|W\u030a|W\u030a "
        + "\u1e99|Y\u030a|Y\u030a \u1e9a|A\u02be|A\u02be \u1f50|\u03a5\u0313|\u03a5\u0313 "
        + "\u1f52|\u03a5\u0313\u0300|\u03a5\u0313\u0300 \u1f54|\u03a5\u0313\u0301|\u03a5\u0313\u0301 "
        + "\u1f56|\u03a5\u0313\u0342|\u03a5\u0313\u0342 \u1f80|\u1f08\u0399|\u1f88 \u1f81|\u1f09\u0399|\u1f89 "
        + "\u1f82|\u1f0a\u0399|\u1f8a \u1f83|\u1f0b\u0399|\u1f8b \u1f84|\u1f0c\u0399|\u1f8c \u1f85|\u1f0d\u0399|\u1f8d "
        + "\u1f86|\u1f0e\u0399|\u1f8e \u1f87|\u1f0f\u0399|\u1f8f \u1f88|\u1f08\u0399|\u1f88 \u1f89|\u1f09\u0399|\u1f89 "
        + "\u1f8a|\u1f0a\u0399|\u1f8a \u1f8b|\u1f0b\u0399|\u1f8b \u1f8c|\u1f0c\u0399|\u1f8c \u1f8d|\u1f0d\u0399|\u1f8d "
        + "\u1f8e|\u1f0e\u0399|\u1f8e \u1f8f|\u1f0f\u0399|\u1f8f \u1f90|\u1f28\u0399|\u1f98 \u1f91|\u1f29\u0399|\u1f99 "
        + "\u1f92|\u1f2a\u0399|\u1f9a \u1f93|\u1f2b\u0399|\u1f9b \u1f94|\u1f2c\u0399|\u1f9c \u1f95|\u1f2d\u0399|\u1f9d "
        + "\u1f96|\u1f2e\u0399|\u1f9e \u1f97|\u1f2f\u0399|\u1f9f \u1f98|\u1f28\u0399|\u1f98 \u1f99|\u1f29\u0399|\u1f99 "
        + "\u1f9a|\u1f2a\u0399|\u1f9a \u1f9b|\u1f2b\u0399|\u1f9b \u1f9c|\u1f2c\u0399|\u1f9c \u1f9d|\u1f2d\u0399|\u1f9d "
        + "\u1f9e|\u1f2e\u0399|\u1f9e \u1f9f|\u1f2f\u0399|\u1f9f \u1fa0|\u1f68\u0399|\u1fa8 \u1fa1|\u1f69\u0399|\u1fa9 "
        + "\u1fa2|\u1f6a\u0399|\u1faa \u1fa3|\u1f6b\u0399|\u1fab \u1fa4|\u1f6c\u0399|\u1fac \u1fa5|\u1f6d\u0399|\u1fad "
        + "\u1fa6|\u1f6e\u0399|\u1fae \u1fa7|\u1f6f\u0399|\u1faf \u1fa8|\u1f68\u0399|\u1fa8 \u1fa9|\u1f69\u0399|\u1fa9 "
        + "\u1faa|\u1f6a\u0399|\u1faa \u1fab|\u1f6b\u0399|\u1fab \u1fac|\u1f6c\u0399|\u1fac \u1fad|\u1f6d\u0399|\u1fad "
        + "\u1fae|\u1f6e\u0399|\u1fae \u1faf|\u1f6f\u0399|\u1faf \u1fb2|\u1fba\u0399|\u1fba\u0345 \u1fb3|\u0391\u0399|\u1fbc "
        + "\u1fb4|\u0386\u0399|\u0386\u0345 \u1fb6|\u0391\u0342|\u0391\u0342 \u1fb7|\u0391\u0342\u0399|\u0391\u0342\u0345 "
        + "\u1fbc|\u0391\u0399|\u1fbc \u1fc2|\u1fca\u0399|\u1fca\u0345 \u1fc3|\u0397\u0399|\u1fcc "
        + "\u1fc4|\u0389\u0399|\u0389\u0345 \u1fc6|\u0397\u0342|\u0397\u0342 \u1fc7|\u0397\u0342\u0399|\u0397\u0342\u0345 "
        + "\u1fcc|\u0397\u0399|\u1fcc \u1fd2|\u0399\u0308\u0300|\u0399\u0308\u0300 \u1fd3|\u0399\u0308\u0301|\u0399\u0308\u0301 "
        + "\u1fd6|\u0399\u0342|\u0399\u0342 \u1fd7|\u0399\u0308\u0342|\u0399\u0308\u0342 "
        + "\u1fe2|\u03a5\u0308\u0300|\u03a5\u0308\u0300 \u1fe3|\u03a5\u0308\u0301|\u03a5\u0308\u0301 "
        + "\u1fe4|\u03a1\u0313|\u03a1\u0313 \u1fe6|\u03a5\u0342|\u03a5\u0342 \u1fe7|\u03a5\u0308\u0342|\u03a5\u0308\u0342 "
        + "\u1ff2|\u1ffa\u0399|\u1ffa\u0345 \u1ff3|\u03a9\u0399|\u1ffc \u1ff4|\u038f\u0399|\u038f\u0345 "
        + "\u1ff6|\u03a9\u0342|\u03a9\u0342 \u1ff7|\u03a9\u0342\u0399|\u03a9\u0342\u0345 \u1ffc|\u03a9\u0399|\u1ffc \ufb00|FF|Ff "
        + "\ufb01|FI|Fi \ufb02|FL|Fl \ufb03|FFI|Ffi \ufb04|FFL|Ffl \ufb05|ST|St \ufb06|ST|St \ufb13|\u0544\u0546|\u0544\u0576 "
        + "\ufb14|\u0544\u0535|\u0544\u0565 \ufb15|\u0544\u053b|\u0544\u056b \ufb16|\u054e\u0546|\u054e\u0576 "
        + "\ufb17|\u0544\u053d|\u0544\u056d ";
    private static readonly FrozenDictionary<int, (string Upper, string Title)> Special = SpecialTable
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split('|'))
        .ToFrozenDictionary(parts => (int)parts[0][0], parts => (parts[1], parts[2]));

    private static readonly (int First, int Last)[] OtherLower =
    [
        (0xaa, 0xaa), (0xba, 0xba), (0x2b0, 0x2b8), (0x2c0, 0x2c1), (0x2e0, 0x2e4), (0x345, 0x345), (0x37a, 0x37a), (0x1d2c, 0x1d6a),
        (0x1d78, 0x1d78), (0x1d9b, 0x1dbf), (0x2071, 0x2071), (0x207f, 0x207f), (0x2090, 0x209c), (0x2170, 0x217f), (0x24d0, 0x24e9),
        (0x2c7c, 0x2c7d), (0xa69c, 0xa69d), (0xa770, 0xa770), (0xa7f8, 0xa7f9), (0xab5c, 0xab5f), (0x10780, 0x10780), (0x10783, 0x10785),
        (0x10787, 0x107b0), (0x107b2, 0x107ba),
    ];

    private static readonly (int First, int Last)[] OtherUpper =
        [(0x2160, 0x216f), (0x24b6, 0x24cf), (0x1f130, 0x1f149), (0x1f150, 0x1f169), (0x1f170, 0x1f189)];

    public static string Upper(string text)
    {
        if (Ascii.IsValid(text)) return text.ToUpperInvariant();
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) AppendUpper(result, rune);
        return result.ToString();
    }

    public static string Lower(string text)
    {
        if (Ascii.IsValid(text)) return text.ToLowerInvariant();
        Rune[] runes = [.. text.EnumerateRunes()];
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < runes.Length; i++) AppendLower(result, runes, i);
        return result.ToString();
    }

    /// <summary>The first character in title case, the rest in lower case.</summary>
    public static string Capitalize(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < runes.Length; i++)
        {
            if (i == 0) AppendTitle(result, runes[0]);
            else AppendLower(result, runes, i);
        }
        return result.ToString();
    }

    /// <summary>Each cased character that follows an uncased one in title case, the others in lower case (<c>str.title</c>).</summary>
    public static string Title(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        var result = new StringBuilder(text.Length);
        bool inWord = false;
        for (int i = 0; i < runes.Length; i++)
        {
            if (inWord) AppendLower(result, runes, i);
            else AppendTitle(result, runes[i]);
            inWord = IsCased(runes[i]);
        }
        return result.ToString();
    }

    public static string SwapCase(string text)
    {
        Rune[] runes = [.. text.EnumerateRunes()];
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < runes.Length; i++)
        {
            if (IsUpper(runes[i])) AppendLower(result, runes, i);
            else if (IsLower(runes[i])) AppendUpper(result, runes[i]);
            else result.Append(runes[i]);
        }
        return result.ToString();
    }

    public static string CaseFold(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes()) AppendFolded(result, rune);
        return result.ToString();
    }

    public static bool IsLower(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.LowercaseLetter || IsIn(OtherLower, rune.Value);

    public static bool IsUpper(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.UppercaseLetter || IsIn(OtherUpper, rune.Value);

    public static bool IsTitle(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;

    public static bool IsCased(Rune rune) => IsLower(rune) || IsUpper(rune) || IsTitle(rune);

    private static bool IsIn((int First, int Last)[] ranges, int value) =>
        value >= ranges[0].First && Array.Exists(ranges, range => value >= range.First && value <= range.Last);

    private static void AppendUpper(StringBuilder result, Rune rune)
    {
        if (Special.TryGetValue(rune.Value, out (string Upper, string Title) special)) result.Append(special.Upper);
        else result.Append(Rune.ToUpperInvariant(rune));
    }

    private static void AppendTitle(StringBuilder result, Rune rune)
    {
        if (Special.TryGetValue(rune.Value, out (string Upper, string Title) special)) result.Append(special.Title);
        else if (rune.Value is >= 0x10D0 and <= 0x10FF) result.Append(rune);    // Georgian has no title case.
        else result.Append(Rune.ToUpperInvariant(rune));
    }

    private static void AppendLower(StringBuilder result, Rune[] runes, int index)
    {
        int value = runes[index].Value;
        if (value == CapitalSigma) result.Append((char)(IsFinal(runes, index) ? FinalSigma : FinalSigma + 1));
        else if (value == 0x130) result.Append("i\u0307");
        else result.Append(Rune.ToLowerInvariant(runes[index]));
    }

    /// <summary>A sigma is final after a cased letter and before none, over characters that case ignores.</summary>
    private static bool IsFinal(Rune[] runes, int index)
    {
        int i = index - 1;
        while (i >= 0 && IsCaseIgnorable(runes[i])) i--;
        if (i < 0 || !IsCased(runes[i])) return false;
        i = index + 1;
        while (i < runes.Length && IsCaseIgnorable(runes[i])) i++;
        return i == runes.Length || !IsCased(runes[i]);
    }

    private static bool IsCaseIgnorable(Rune rune) => rune.Value is '\'' or '.' or ':' or 0xB7 or 0x2019 || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or
        UnicodeCategory.ModifierSymbol;

    private static void AppendFolded(StringBuilder result, Rune rune)
    {
        switch (rune.Value)
        {
            case >= 0x13A0 and <= 0x13F5: result.Append(rune); return;  // Cherokee folds to its capitals.
            case >= 0x13F8 and <= 0x13FD: result.Append((char)(rune.Value - 8)); return;
            case >= 0xAB70 and <= 0xABBF: result.Append((char)(rune.Value - 0xAB70 + 0x13A0)); return;
            case 0x131: result.Append(rune); return;
            case 0x130: result.Append("i\u0307"); return;
            case 0x1E9E: result.Append("ss"); return;
            default: break;
        }
        var upper = new StringBuilder();
        AppendUpper(upper, rune);
        foreach (Rune part in upper.ToString().EnumerateRunes()) result.Append(Rune.ToLowerInvariant(part));
    }
}
