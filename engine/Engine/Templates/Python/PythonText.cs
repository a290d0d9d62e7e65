using System.Globalization;
using System.Text;

namespace Engine.Templates;

/// <summary>Text as Python sees it: strings are sequences of code points, and character classes follow Unicode.</summary>
internal static class PythonText
{
    /// <summary>What identifiers may begin with besides letters (Unicode's Other_ID_Start).</summary>
    private const string OtherStart = "\u1885\u1886\u2118\u212e";

    /// <summary>What they may go on with besides (Other_ID_Continue).</summary>
    private const string OtherContinue = "\u00b7\u0387\u1369\u136a\u136b\u136c\u136d\u136e\u136f\u1370\u1371\u19da";

    /// <summary>Ideographs that are numbers: Unihan's numeric values, which .NET does not have.</summary>
    private static readonly HashSet<Rune> NumericIdeographs =
    [
        .. (""
            + "\u3405\u3483\u382a\u3b4d\u4e00\u4e03\u4e07\u4e09\u4e5d\u4e8c\u4e94\u4e96\u4ebf\u4ec0\u4edf\u4ee8\u4f0d\u4f70\u5104"
            + "\u5146\u5169\u516b\u516d\u5341\u5343\u5344\u5345\u534c\u53c1\u53c2\u53c3\u53c4\u56db\u58f1\u58f9\u5e7a\u5efe\u5eff"
            + "\u5f0c\u5f0d\u5f0e\u5f10\u62fe\u634c\u67d2\u6f06\u7396\u767e\u8086\u842c\u8cae\u8cb3\u8d30\u9621\u9646\u964c\u9678"
            + "\u96f6\uf96b\uf973\uf978\uf9b2\uf9d1\uf9d3\uf9fd\U00020001\U00020064\U000200e2\U00020121\U0002092a\U00020983"
            + "\U0002098c\U0002099c\U00020aea\U00020afd\U00020b19\U00022390\U00022998\U00023b1b\U0002626d\U0002f890").EnumerateRunes(),
    ];

    public static string NormalizeLineBreaks(string text) =>
        text.Contains('\r') ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n') : text;

    /// <summary>Length in code points; half a surrogate pair counts as one.</summary>
    public static int Length(string text)
    {
        int first = text.AsSpan().IndexOfAnyInRange('\ud800', '\udbff');
        if (first < 0) return text.Length;
        int length = text.Length;
        for (int i = first; i + 1 < text.Length; i++)
        {
            if (!char.IsSurrogatePair(text[i], text[i + 1])) continue;
            length--;
            i++;
        }
        return length;
    }

    /// <summary>The code points, each as a string of its own.</summary>
    public static IEnumerable<string> CodePoints(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                yield return text.Substring(i, 2);
                i++;
            }
            else
            {
                yield return text[i].ToString();
            }
        }
    }

    /// <summary>The UTF-16 offset of a code point, given the offset is within the text or at its end.</summary>
    public static int Offset(StringValue text, int codePoint)
    {
        if (text.IsPlain) return codePoint;
        int offset = 0;
        for (int i = 0; i < codePoint; i++) offset += IsPairAt(text.Text, offset) ? 2 : 1;
        return offset;
    }

    /// <summary>How many code points lie before a UTF-16 offset.</summary>
    public static int CodePointIndex(StringValue text, int offset) => text.IsPlain ? offset : Length(text.Text[..offset]);

    public static bool IsPairAt(string text, int offset) =>
        offset + 1 < text.Length && char.IsSurrogatePair(text[offset], text[offset + 1]);

    /// <summary>Python's order of strings, by code point.</summary>
    public static int Compare(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        for (int i = 0; i < length; i++)
        {
            char a = left[i], b = right[i];
            if (a == b) continue;
            // A surrogate stands for a code point above all others.
            bool aHigh = char.IsSurrogate(a), bHigh = char.IsSurrogate(b);
            return aHigh == bHigh ? a.CompareTo(b) : aHigh ? 1 : -1;
        }
        return left.Length.CompareTo(right.Length);
    }

    /// <summary><c>str.isspace</c> of one character; no white space lies beyond the Basic Multilingual Plane.</summary>
    public static bool IsSpace(char c) => c <= 0x7f
        ? c is ' ' or (>= '\t' and <= '\r') or (>= '\x1c' and <= '\x1f')
        : c is '\x85' or '\xa0' or '\u1680' or (>= '\u2000' and <= '\u200a') or '\u2028' or '\u2029' or '\u202f' or '\u205f' or '\u3000';

    public static string Strip(string text, string? characters, bool start, bool end)
    {
        int first = 0, last = text.Length;
        if (characters is not null && characters.Any(char.IsSurrogate)) return StripRunes(text, characters, start, end);
        while (start && first < last && Strips(text[first])) first++;
        while (end && last > first && Strips(text[last - 1])) last--;
        return text[first..last];

        bool Strips(char c) => characters is null ? IsSpace(c) : characters.Contains(c);
    }

    private static string StripRunes(string text, string characters, bool start, bool end)
    {
        string[] points = [.. CodePoints(text)];
        HashSet<string> set = [.. CodePoints(characters)];
        int first = 0, last = points.Length;
        while (start && first < last && set.Contains(points[first])) first++;
        while (end && last > first && set.Contains(points[last - 1])) last--;
        return string.Concat(points[first..last]);
    }

    public static bool IsLineBreak(char c) =>
        c is (>= '\n' and <= '\r') or (>= '\x1c' and <= '\x1e') or '\x85' or '\u2028' or '\u2029';

    /// <summary><c>str.splitlines</c>.</summary>
    public static List<string> SplitLines(string text, bool keepEnds)
    {
        var lines = new List<string>();
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!IsLineBreak(text[i])) continue;
            int end = i;
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n') i++;
            lines.Add(text[start..(keepEnds ? i + 1 : end)]);
            start = i + 1;
        }
        if (start < text.Length) lines.Add(text[start..]);
        return lines;
    }

    /// <summary>Whether a character of a name or word begins at this offset (<c>\w</c>, and the marks that names may hold).</summary>
    public static bool IsWord(string text, int offset)
    {
        char c = text[offset];
        if (c <= 0x7f) return char.IsAsciiLetterOrDigit(c) || c == '_';
        if (OtherStart.Contains(c) || OtherContinue.Contains(c)) return true;
        return CharUnicodeInfo.GetUnicodeCategory(text, offset) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
            UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber or
            UnicodeCategory.OtherNumber or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or
            UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;
    }

    /// <summary><c>str.isidentifier</c>.</summary>
    public static bool IsIdentifier(string text)
    {
        int position = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            char c = rune.IsBmp ? (char)rune.Value : '\0';
            bool other = OtherStart.Contains(c) || (position > 0 && OtherContinue.Contains(c));
            bool valid = rune.Value == '_' || other || Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
                UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.LetterNumber => true,
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.DecimalDigitNumber or
                UnicodeCategory.ConnectorPunctuation => position > 0,
                _ => false,
            };
            if (!valid) return false;
            position++;
        }
        return position > 0;
    }

    public static bool IsAlphabetic(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter;

    public static bool IsDecimal(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    public static bool IsDigit(Rune rune) => IsDecimal(rune) || CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0;

    public static bool IsNumeric(Rune rune) => IsDigit(rune) || Rune.GetNumericValue(rune) >= 0 || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber || NumericIdeographs.Contains(rune);

    /// <summary>Whether <c>repr</c> prints the character as it is.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or
        UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or
        UnicodeCategory.SpaceSeparator);

    /// <summary>The text with the characters that HTML gives a meaning escaped, as <c>markupsafe.escape</c> does.</summary>
    public static string EscapeHtml(string text) => text.AsSpan().IndexOfAny("&<>'\"") < 0
        ? text
        : text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal)
            .Replace("\"", "&#34;", StringComparison.Ordinal);
}
