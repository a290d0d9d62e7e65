using System.Globalization;
using System.Numerics;
using System.Text;

namespace Engine.Templates;

/// <summary>Numbers from text and to text, as Python's <c>int</c>, <c>float</c> and <c>repr</c> do it.</summary>
internal static class PythonNumber
{
    /// <summary>Python refuses to convert longer decimal integers, since that takes quadratic time.</summary>
    public const int MaxDigits = 4300;

    public static string Format(BigInteger value)
    {
        if (value.GetBitLength() < 14_000) return value.ToString(CultureInfo.InvariantCulture);
        string text = value.GetBitLength() > 15_000 ? "" : value.ToString(CultureInfo.InvariantCulture);
        if (text.Length == 0 || text.Length - (value.Sign < 0 ? 1 : 0) > MaxDigits)
        {
            throw new Failure($"Exceeds the limit ({MaxDigits} digits) for integer string conversion");
        }
        return text;
    }

    /// <summary>The shortest text that reads back as the same number, laid out as Python does.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value)) return "nan";
        if (double.IsInfinity(value)) return value > 0 ? "inf" : "-inf";
        (bool negative, string digits, int exponent) = Shortest(value);
        var text = new StringBuilder();
        if (negative) text.Append('-');
        if (exponent is < -4 or >= 16)
        {
            text.Append(digits[0]);
            if (digits.Length > 1) text.Append('.').Append(digits, 1, digits.Length - 1);
            text.Append('e').Append(exponent < 0 ? '-' : '+').Append(Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture));
        }
        else if (exponent < 0)
        {
            text.Append("0.").Append('0', -exponent - 1).Append(digits);
        }
        else if (digits.Length <= exponent + 1)
        {
            text.Append(digits).Append('0', exponent + 1 - digits.Length).Append(".0");
        }
        else
        {
            text.Append(digits, 0, exponent + 1).Append('.').Append(digits, exponent + 1, digits.Length - exponent - 1);
        }
        return text.ToString();
    }

    /// <summary>The shortest digits that read back as the same finite number, and the exponent of ten of the first.</summary>
    public static (bool Negative, string Digits, int Exponent) Shortest(double value)
    {
        string shortest = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        if (value == 0) return (double.IsNegative(value), "0", 0);
        int mark = shortest.IndexOf('E');
        string mantissa = mark < 0 ? shortest : shortest[..mark];
        int point = mantissa.IndexOf('.');
        int whole = point < 0 ? mantissa.Length : point;
        string digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        int zeros = digits.Length - digits.TrimStart('0').Length;
        int exponent = (mark < 0 ? 0 : int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture))
            + whole - 1 - zeros;
        digits = digits.Trim('0');
        return (double.IsNegative(value), digits.Length == 0 ? "0" : digits, exponent);
    }

    /// <summary>
    /// The number times ten to the <paramref name="decimals"/>, rounded to an integer with halves to even: exact, since a double is a
    /// fraction of two integers.
    /// </summary>
    public static BigInteger Scale(double value, int decimals)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = bits & 0xFFFFFFFFFFFFF;
        if (exponent == 0) exponent++;
        else mantissa += 1L << 52;
        exponent -= 1075;
        BigInteger numerator = mantissa, denominator = BigInteger.One;
        if (exponent >= 0) numerator <<= exponent;
        else denominator <<= -exponent;
        if (decimals >= 0) numerator *= BigInteger.Pow(10, decimals);
        else denominator *= BigInteger.Pow(10, -decimals);
        BigInteger quotient = RoundedDivide(numerator, denominator);
        return value < 0 ? -quotient : quotient;
    }

    /// <summary>The quotient of two integers that are not negative, rounded with halves to even.</summary>
    public static BigInteger RoundedDivide(BigInteger numerator, BigInteger denominator)
    {
        BigInteger quotient = BigInteger.DivRem(numerator, denominator, out BigInteger remainder);
        int half = (remainder * 2).CompareTo(denominator);
        return half > 0 || (half == 0 && !quotient.IsEven) ? quotient + 1 : quotient;
    }

    /// <summary><c>int(text, radix)</c>, or null where the text is no such number. A radix of 0 follows the prefix.</summary>
    public static BigInteger? ParseInteger(string text, int radix)
    {
        ReadOnlySpan<char> rest = PythonText.Strip(text, null, true, true);
        bool negative = rest.StartsWith("-");
        if (rest.Length > 0 && rest[0] is '+' or '-') rest = rest[1..];
        bool zeroPrefixed = rest.Length > 1 && rest[0] == '0';
        int prefix = zeroPrefixed ? char.ToLowerInvariant(rest[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 0 } : 0;
        if (prefix != 0 && (radix == 0 || radix == prefix))
        {
            radix = prefix;
            rest = rest[2..];
            if (rest.Length > 0 && rest[0] == '_') rest = rest[1..];
        }
        else if (radix == 0)
        {
            radix = 10;
            if (zeroPrefixed && rest.Trim("0_").Length > 0) return null;
        }
        if (rest.Length == 0 || rest[0] == '_' || rest[^1] == '_' || rest.IndexOf("__") >= 0) return null;
        var digits = new StringBuilder(rest.Length);
        foreach (Rune rune in rest.EnumerateRunes())
        {
            if (rune.Value == '_') continue;
            int digit = DigitValue(rune);
            if (digit < 0 || digit >= radix) return null;
            digits.Append((char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
        }
        if (digits.Length > MaxDigits) throw new Failure($"Exceeds the limit ({MaxDigits} digits) for integer string conversion");
        BigInteger value = ParseDigits(digits.ToString(), radix);
        return negative ? -value : value;
    }

    public static BigInteger ParseDigits(string digits, int radix)
    {
        if (radix == 10) return BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        BigInteger value = BigInteger.Zero;
        foreach (char c in digits) value = (value * radix) + DigitValue(new Rune(c));
        return value;
    }

    private static int DigitValue(Rune rune)
    {
        if (rune.IsAscii)
        {
            char c = char.ToLowerInvariant((char)rune.Value);
            return char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetterLower(c) ? c - 'a' + 10 : -1;
        }
        return CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
    }

    /// <summary><c>float(text)</c>, or null where the text is no number.</summary>
    public static double? ParseFloat(string text)
    {
        string body = PythonText.Strip(text, null, true, true);
        string lower = body.ToLowerInvariant();
        switch (lower.TrimStart('+', '-'))
        {
            case "inf" or "infinity" when lower.Length - lower.TrimStart('+', '-').Length <= 1:
                return lower[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            case "nan" when lower.Length <= 4: return double.NaN;
            default: break;
        }
        var digits = new StringBuilder(body.Length);
        bool afterDigit = false;
        int index = 0;
        Rune[] runes = [.. body.EnumerateRunes()];
        foreach (Rune rune in runes)
        {
            index++;
            int digit = rune.IsAscii && char.IsAsciiLetter((char)rune.Value) ? -1 : DigitValue(rune);
            if (rune.Value == '_')
            {
                if (!afterDigit || index >= runes.Length || DigitValue(runes[index]) is < 0 or > 9) return null;
                continue;
            }
            afterDigit = digit is >= 0 and <= 9;
            if (afterDigit) digits.Append((char)('0' + digit));
            else if (rune.Value is '+' or '-' or '.' or 'e' or 'E') digits.Append((char)rune.Value);
            else return null;
        }
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(digits.ToString(), Style, CultureInfo.InvariantCulture, out double value) ? value : null;
    }
}
