using System.Globalization;
using System.Numerics;
using System.Text;

namespace Engine.Templates;

/// <summary>Python's format specification: <c>[[fill]align][sign][z][#][0][width][grouping][.precision][type]</c>.</summary>
internal sealed class FormatSpec
{
    private string _fill = " ";
    private char _align;
    private char _sign = '-';
    private bool _noNegativeZero;
    private bool _alternate;
    private int _width;
    private char _grouping;
    private int? _precision;
    private char _type;

    private FormatSpec(string spec)
    {
        Parse(spec);
    }

    public static string Apply(Value value, string spec, Budget budget)
    {
        if (spec.Length == 0) return PythonRepr.Text(value, budget);
        if (value is not (StringValue or IntegerValue or FloatValue or BooleanValue))
        {
            throw new Failure($"unsupported format string passed to {value.TypeName}.__format__");
        }
        var format = new FormatSpec(spec);
        budget.Characters(format._width);
        return budget.Text(value is StringValue text ? format.FormatText(text.Text) : format.FormatNumber(value));
    }

    /// <summary>The digits of an integer that is not negative: type b, c, d, o, x or X.</summary>
    public static string Digits(BigInteger number, char type)
    {
        if (type == 'd') return PythonNumber.Format(number);
        if (number.IsZero) return "0";
        string hex = number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        if (type == 'x') return hex;
        if (type == 'X') return hex.ToUpperInvariant();
        if (type == 'b') return number.ToString("b", CultureInfo.InvariantCulture).TrimStart('0');
        var octal = new StringBuilder();
        for (; !number.IsZero; number >>= 3) octal.Insert(0, (char)('0' + (int)(number & 7)));
        return octal.ToString();
    }

    private static bool IsAlign(char c) => c is '<' or '>' or '=' or '^';

    private void Parse(string spec)
    {
        int i = 0;
        int fill = PythonText.IsPairAt(spec, 0) ? 2 : 1;
        if (spec.Length > fill && IsAlign(spec[fill]))
        {
            _fill = spec[..fill];
            _align = spec[fill];
            i = fill + 1;
        }
        else if (IsAlign(spec[0]))
        {
            _align = spec[i++];
        }
        if (i < spec.Length && spec[i] is '+' or '-' or ' ') _sign = spec[i++];
        if (i < spec.Length && spec[i] == 'z') _noNegativeZero = Take();
        if (i < spec.Length && spec[i] == '#') _alternate = Take();
        if (i < spec.Length && spec[i] == '0')
        {
            i++;
            if (_align == 0)
            {
                _align = '=';
                _fill = "0";
            }
        }
        _width = Number() ?? 0;
        if (i < spec.Length && spec[i] is ',' or '_') _grouping = spec[i++];
        if (i < spec.Length && spec[i] == '.')
        {
            i++;
            _precision = Number() ?? throw new Failure("Format specifier missing precision");
        }
        if (i < spec.Length) _type = spec[i++];
        if (i < spec.Length) throw new Failure($"Invalid format specifier '{spec}'");

        bool Take()
        {
            i++;
            return true;
        }

        int? Number()
        {
            int start = i;
            while (i < spec.Length && char.IsAsciiDigit(spec[i])) i++;
            if (i == start) return null;
            return int.TryParse(spec.AsSpan(start, i - start), CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new Failure("Too many decimal digits in format string");
        }
    }

    private Failure UnknownType(string type) => new($"Unknown format code '{_type}' for object of type '{type}'");

    private string FormatText(string text)
    {
        if (_type is not ('\0' or 's')) throw UnknownType("str");
        if (_sign != '-') throw new Failure("Sign not allowed in string format specifier");
        if (_alternate) throw new Failure("Alternate form (#) not allowed in string format specifier");
        if (_grouping != 0) throw new Failure($"Cannot specify '{_grouping}' with 's'.");
        if (_align == '=' && _fill != "0") throw new Failure("'=' alignment not allowed in string format specifier");
        if (_align == '=') _align = '<';
        if (_precision < PythonText.Length(text)) text = text[..PythonText.Offset(new StringValue(text), _precision.Value)];
        return Pad("", text, '<');
    }

    private string FormatNumber(Value value)
    {
        if (_type == '\0' && value is BooleanValue && _precision is null) _type = 'd';
        bool integer = value is not FloatValue && _type is '\0' or 'b' or 'c' or 'd' or 'o' or 'x' or 'X' or 'n' && value is not FloatValue;
        return integer ? FormatInteger(value) : FormatFloat(Numbers.ToDouble(value), value);
    }

    private string FormatInteger(Value value)
    {
        Numbers.TryInteger(value, out BigInteger number);
        if (_precision is not null) throw new Failure("Precision not allowed in integer format specifier");
        if (_type == 'c')
        {
            if (number < 0 || number > 0x10FFFF) throw new Failure("%c arg not in range(0x110000)");
            return Pad("", char.ConvertFromUtf32((int)number), '<');
        }
        if (_grouping == ',' && _type is not ('\0' or 'd')) throw new Failure($"Cannot specify ',' with '{_type}'.");
        char type = _type is '\0' or 'n' ? 'd' : _type;
        string prefix = _alternate && type != 'd' ? $"0{type}" : "";
        return Finish(number.Sign < 0, prefix, Digits(BigInteger.Abs(number), type), "", type == 'd' ? 3 : 4);
    }

    private string FormatFloat(double number, Value value)
    {
        if (_type is not ('\0' or 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or 'n' or '%')) throw UnknownType(value.TypeName);
        string text;
        if (_type == '%') text = FloatFormat.Magnitude(number * 100, 'f', _precision ?? 6, _alternate) + "%";
        else if (_type != '\0') text = FloatFormat.Magnitude(number, _type == 'n' ? 'g' : _type, _precision ?? 6, _alternate);
        else text = FormatShortest(number);
        bool negative = double.IsNegative(number) && !double.IsNaN(number);
        if (_noNegativeZero && negative && !text.Any(c => c is >= '1' and <= '9')) negative = false;
        int whole = text.AsSpan().IndexOfAnyExcept("0123456789");
        if (whole < 0) whole = text.Length;
        return Finish(negative, "", text[..whole], text[whole..], 3);
    }

    /// <summary>Without a type a float prints as <c>repr</c> does, or as g does with at least one digit after the point.</summary>
    private string FormatShortest(double number)
    {
        if (_precision is not { } precision) return PythonNumber.Format(Math.Abs(number));
        string text = FloatFormat.Magnitude(number, 'g', precision, _alternate);
        if (!double.IsFinite(number) || text.Contains('e') || text.Contains('.')) return text;
        if (text.Length >= Math.Max(precision, 1))
        {
            // Where the digits fill the precision, repr's exponent form is used.
            string exponential = FloatFormat.Magnitude(number, 'e', Math.Max(precision, 1) - 1, _alternate);
            int mark = exponential.IndexOf('e');
            string mantissa = exponential[..mark];
            if (mantissa.Contains('.')) mantissa = mantissa.TrimEnd('0').TrimEnd('.');
            return mantissa + exponential[mark..];
        }
        return text + ".0";
    }

    private string Finish(bool negative, string prefix, string digits, string rest, int group)
    {
        string sign = negative ? "-" : _sign == '-' ? "" : _sign.ToString();
        if (_grouping != 0)
        {
            // Zeros that fill up the width are grouped like digits.
            int least = _align == '=' && _fill == "0" ? _width - sign.Length - prefix.Length - rest.Length : 0;
            digits = Group(digits, group, least);
        }
        return Pad(sign + prefix, digits + rest, '>');
    }

    private string Group(string digits, int size, int least)
    {
        var result = new StringBuilder();
        int count = 0;
        for (int i = digits.Length - 1; i >= 0 || result.Length < least; i--)
        {
            if (count > 0 && count % size == 0) result.Insert(0, _grouping);
            result.Insert(0, i >= 0 ? digits[i] : '0');
            count++;
        }
        return result.ToString();
    }

    private string Pad(string head, string body, char defaultAlign)
    {
        int padding = _width - PythonText.Length(head) - PythonText.Length(body);
        if (padding <= 0) return head + body;
        char align = _align == 0 ? defaultAlign : _align;
        int before = align switch { '<' => 0, '^' => padding / 2, _ => padding };
        string left = string.Concat(Enumerable.Repeat(_fill, before)), right = string.Concat(Enumerable.Repeat(_fill, padding - before));
        return align == '=' ? head + left + body : left + head + body + right;
    }
}
