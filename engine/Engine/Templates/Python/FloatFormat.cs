using System.Globalization;
using System.Numerics;

namespace Engine.Templates;

/// <summary>Floats with a given precision, as C's <c>%f</c>, <c>%e</c> and <c>%g</c> write them; rounded exactly, halves to even.</summary>
internal static class FloatFormat
{
    /// <summary>The longest precision that is allowed, since every digit is computed.</summary>
    public const int MaxPrecision = 2000;

    /// <summary>The magnitude of a number, without its sign.</summary>
    /// <param name="value">Any float.</param>
    /// <param name="type">One of e, f, g, and their capitals.</param>
    /// <param name="precision">Digits after the point; significant digits for g.</param>
    /// <param name="alternate">Whether to keep the point and, for g, trailing zeros (<c>#</c>).</param>
    public static string Magnitude(double value, char type, int precision, bool alternate)
    {
        if (precision > MaxPrecision) throw new Failure($"a precision of {precision} is larger than the limit of {MaxPrecision}");
        bool capital = char.IsAsciiLetterUpper(type);
        if (!double.IsFinite(value))
        {
            string name = double.IsNaN(value) ? "nan" : "inf";
            return capital ? name.ToUpperInvariant() : name;
        }
        value = Math.Abs(value);
        string text = char.ToLowerInvariant(type) switch
        {
            'f' => Fixed(value, precision, alternate),
            'e' => Exponential(value, precision, alternate),
            _ => General(value, precision, alternate),
        };
        return capital ? text.ToUpperInvariant() : text;
    }

    public static string Fixed(double value, int precision, bool alternate = false)
    {
        string digits = PythonNumber.Scale(value, precision).ToString(CultureInfo.InvariantCulture).PadLeft(precision + 1, '0');
        if (precision == 0) return alternate ? digits + "." : digits;
        return $"{digits[..^precision]}.{digits[^precision..]}";
    }

    private static string Exponential(double value, int precision, bool alternate)
    {
        (string digits, int exponent) = Significant(value, precision + 1);
        string fraction = precision > 0 ? "." + digits[1..] : alternate ? "." : "";
        return digits[..1] + fraction + Exponent(exponent);
    }

    private static string General(double value, int precision, bool alternate)
    {
        precision = Math.Max(precision, 1);
        (string digits, int exponent) = Significant(value, precision);
        if (!alternate) digits = digits.TrimEnd('0');
        if (digits.Length == 0) digits = "0";
        if (exponent < -4 || exponent >= precision)
        {
            string fraction = digits.Length > 1 || alternate ? "." + digits[1..] : "";
            return digits[..1] + fraction + Exponent(exponent);
        }
        if (exponent < 0) return "0." + new string('0', -exponent - 1) + digits;
        if (digits.Length <= exponent + 1) return digits.PadRight(exponent + 1, '0') + (alternate ? "." : "");
        return digits[..(exponent + 1)] + "." + digits[(exponent + 1)..];
    }

    /// <summary>So many significant digits and the exponent of ten of the first.</summary>
    private static (string Digits, int Exponent) Significant(double value, int count)
    {
        if (value == 0) return (new string('0', count), 0);
        int exponent = PythonNumber.Shortest(value).Exponent;
        BigInteger scaled = PythonNumber.Scale(value, count - 1 - exponent);
        string digits = scaled.ToString(CultureInfo.InvariantCulture);
        // Rounding up may have added a digit, which then is a zero at the end.
        return digits.Length > count ? (digits[..count], exponent + 1) : (digits, exponent);
    }

    private static string Exponent(int exponent) =>
        (exponent < 0 ? "e-" : "e+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
}
