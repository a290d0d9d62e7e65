using System.Globalization;
using System.Text;

namespace Engine.Templates;

/// <summary>Decodes the inside of a quoted string as Python's "unicode-escape" codec does, which Jinja2 uses.</summary>
internal static class StringLiteral
{
    public static string Decode(string raw, int line)
    {
        if (!raw.Contains('\\')) return raw;
        var result = new StringBuilder(raw.Length);
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                result.Append(raw[i]);
                continue;
            }
            i++;
            i = DecodeEscape(raw, i, result, line);
        }
        return result.ToString();
    }

    /// <summary>Decodes the escape whose letter is at <paramref name="i"/>; returns the position of its last character.</summary>
    private static int DecodeEscape(string raw, int i, StringBuilder result, int line)
    {
        char c = raw[i];
        switch (c)
        {
            case '\n': return i;
            case '\\' or '\'' or '"': result.Append(c); return i;
            case 'a': result.Append('\a'); return i;
            case 'b': result.Append('\b'); return i;
            case 'f': result.Append('\f'); return i;
            case 'n': result.Append('\n'); return i;
            case 'r': result.Append('\r'); return i;
            case 't': result.Append('\t'); return i;
            case 'v': result.Append('\v'); return i;
            case >= '0' and <= '7': return DecodeOctal(raw, i, result);
            case 'x': return DecodeHex(raw, i, 2, result, line);
            case 'u': return DecodeHex(raw, i, 4, result, line);
            case 'U': return DecodeHex(raw, i, 8, result, line);
            case 'N': throw new SyntaxFailure("a string with a character name (\\N{...}) is not supported", line);
            case > '\x7f': return AppendEscapedNonAscii(raw, i, result);
            default: result.Append('\\').Append(c); return i;
        }
    }

    private static int DecodeOctal(string raw, int i, StringBuilder result)
    {
        int value = 0, end = i;
        while (end < raw.Length && end < i + 3 && raw[end] is >= '0' and <= '7') value = (value * 8) + (raw[end++] - '0');
        result.Append((char)value);
        return end - 1;
    }

    private static int DecodeHex(string raw, int i, int digits, StringBuilder result, int line)
    {
        if (i + digits >= raw.Length
            || !uint.TryParse(raw.AsSpan(i + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value))
        {
            throw new SyntaxFailure($"truncated \\{raw[i]}{new string('X', digits)} escape", line);
        }
        if (value > 0x10FFFF) throw new SyntaxFailure("illegal Unicode character", line);
        if (value >= 0x10000) result.Append(char.ConvertFromUtf32((int)value));
        else result.Append((char)value);
        return i + digits;
    }

    /// <summary>
    /// Jinja2 turns other characters into escapes before it decodes, so that a backslash before one is itself escaped and the escape
    /// stays as it is: the two characters <c>\é</c> become the four <c>\xe9</c>.
    /// </summary>
    private static int AppendEscapedNonAscii(string raw, int i, StringBuilder result)
    {
        if (char.IsSurrogatePair(raw, i))
        {
            result.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(raw, i):x8}");
            return i + 1;
        }
        if (raw[i] <= '\xff') result.Append(CultureInfo.InvariantCulture, $"\\x{(int)raw[i]:x2}");
        else result.Append(CultureInfo.InvariantCulture, $"\\u{(int)raw[i]:x4}");
        return i;
    }
}
