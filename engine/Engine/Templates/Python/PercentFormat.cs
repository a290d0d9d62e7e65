using System.Globalization;
using System.Numerics;
using System.Text;

namespace Engine.Templates;

/// <summary>Python's <c>format % values</c>.</summary>
internal sealed class PercentFormat
{
    private readonly StringValue _format;
    private readonly Value _values;
    private readonly Budget _budget;
    private readonly StringBuilder _result = new();
    private int _position;
    private int _used;

    private PercentFormat(StringValue format, Value values, Budget budget)
    {
        _format = format;
        _values = values;
        _budget = budget;
    }

    private string Format => _format.Text;

    public static Value Apply(StringValue format, Value values, Budget budget)
    {
        var formatter = new PercentFormat(format, values, budget);
        formatter.Run();
        return new StringValue(budget.Text(formatter._result.ToString()), format.IsMarkup);
    }

    private void Run()
    {
        while (_position < Format.Length)
        {
            int percent = Format.IndexOf('%', _position);
            if (percent < 0) percent = Format.Length;
            _result.Append(Format, _position, percent - _position);
            _position = percent + 1;
            if (percent < Format.Length) FormatItem();
        }
        int given = _values is TupleValue tuple ? tuple.Items.Length : 1;
        // What has items may be a mapping that is left unused.
        bool mayBeUnused = _values is DictValue or ListValue or RangeValue or UndefinedValue;
        if (_used < given && !mayBeUnused) throw new Failure("not all arguments converted during string formatting");
    }

    private char Peek() => _position < Format.Length ? Format[_position] : throw new Failure("incomplete format");

    private void FormatItem()
    {
        if (Peek() == '%')
        {
            _result.Append('%');
            _position++;
            return;
        }
        Value? keyed = Peek() == '(' ? ReadKey() : null;
        bool left = false, plus = false, space = false, zero = false, alternate = false;
        for (; ; _position++)
        {
            char flag = Peek();
            if (flag == '-') left = true;
            else if (flag == '+') plus = true;
            else if (flag == ' ') space = true;
            else if (flag == '0') zero = true;
            else if (flag == '#') alternate = true;
            else break;
        }
        int width = ReadNumber() ?? 0;
        if (width < 0)
        {
            left = true;
            width = -width;
        }
        int? precision = null;
        if (Peek() == '.')
        {
            _position++;
            precision = Math.Max(ReadNumber() ?? 0, 0);
        }
        while (Peek() is 'h' or 'l' or 'L') _position++;
        char type = Peek();
        _position++;
        string sign = "", body;
        Value value = keyed ?? NextValue();
        bool number = type is not ('s' or 'r' or 'a' or 'c');
        if (!number) body = FormatText(type, value, precision);
        else (sign, body) = FormatNumber(type, value, precision, alternate);
        if (number && sign.Length == 0) sign = plus ? "+" : space ? " " : "";
        _budget.Characters(Math.Max(width, body.Length));
        int padding = width - PythonText.Length(body) - sign.Length;
        if (padding > 0 && !left && zero && number && !body.EndsWith("nan", StringComparison.Ordinal))
        {
            int prefix = alternate && body.Length > 1 && body[0] == '0' && char.IsAsciiLetter(body[1]) ? 2 : 0;
            body = body[..prefix] + new string('0', padding) + body[prefix..];
            padding = 0;
        }
        if (padding > 0 && !left) _result.Append(' ', padding);
        _result.Append(sign).Append(body);
        if (padding > 0 && left) _result.Append(' ', padding);
    }

    private Value ReadKey()
    {
        int depth = 1, start = ++_position;
        for (; depth > 0; _position++)
        {
            if (_position >= Format.Length) throw new Failure("incomplete format key");
            if (Format[_position] == '(') depth++;
            else if (Format[_position] == ')') depth--;
        }
        if (_values is not DictValue dict) throw new Failure("format requires a mapping");
        string key = Format[start..(_position - 1)];
        return dict.TryGet(new StringValue(key), out Value value) ? value : throw new Failure($"'{key}'");
    }

    private int? ReadNumber()
    {
        if (Peek() == '*')
        {
            _position++;
            return Numbers.ToInt32(NextValue());
        }
        int start = _position;
        while (char.IsAsciiDigit(Peek())) _position++;
        if (_position == start) return null;
        return int.TryParse(Format.AsSpan(start, _position - start), CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new Failure("width or precision too big");
    }

    private Value NextValue()
    {
        if (_values is TupleValue tuple)
        {
            return _used < tuple.Items.Length ? tuple.Items[_used++] : throw new Failure("not enough arguments for format string");
        }
        return _used++ == 0 ? _values : throw new Failure("not enough arguments for format string");
    }

    private string FormatText(char type, Value value, int? precision)
    {
        string text;
        if (type == 'c')
        {
            if (Numbers.TryInteger(value, out BigInteger code))
            {
                if (code < 0 || code > 0x10FFFF) throw new Failure("%c arg not in range(0x110000)");
                text = code >= 0xD800 && code <= 0xDFFF ? ((char)(int)code).ToString() : char.ConvertFromUtf32((int)code);
            }
            else
            {
                text = value is StringValue { Length: 1 } one ? one.Text : throw new Failure("%c requires int or char");
            }
            return text;
        }
        text = type switch
        {
            's' => PythonRepr.Text(value, _budget),
            'r' => PythonRepr.Repr(value, _budget),
            _ => StrFormat.ToAscii(PythonRepr.Repr(value, _budget)),
        };
        if (precision < PythonText.Length(text)) text = text[..PythonText.Offset(new StringValue(text), precision.Value)];
        return _format.IsMarkup && value is not StringValue { IsMarkup: true } ? PythonText.EscapeHtml(text) : text;
    }

    private static (string Sign, string Body) FormatNumber(char type, Value value, int? precision, bool alternate)
    {
        if (!"diouxXeEfFgG".Contains(type, StringComparison.Ordinal))
        {
            throw new Failure($"unsupported format character '{type}' (0x{(int)type:x})");
        }
        if (!Numbers.IsNumber(value))
        {
            throw value is UndefinedValue undefined && !"diuoxX".Contains(type, StringComparison.Ordinal)
                ? undefined.Fail()
                : new Failure($"%{type} format: a real number is required, not {value.TypeName}");
        }
        if ("eEfFgG".Contains(type, StringComparison.Ordinal))
        {
            double real = Numbers.ToDouble(value);
            string magnitude = FloatFormat.Magnitude(real, type, precision ?? 6, alternate);
            return (double.IsNegative(real) && !double.IsNaN(real) ? "-" : "", magnitude);
        }
        if (value is FloatValue fraction)
        {
            if (type is 'o' or 'x' or 'X') throw new Failure($"%{type} format: an integer is required, not float");
            if (!double.IsFinite(fraction.Number)) throw new Failure("cannot convert float infinity or NaN to integer");
            value = new IntegerValue(new BigInteger(fraction.Number));
        }
        Numbers.TryInteger(value, out BigInteger number);
        string digits = FormatSpec.Digits(BigInteger.Abs(number), type is 'i' or 'u' ? 'd' : type);
        if (precision > FloatFormat.MaxPrecision) throw new Failure($"a precision of {precision} is larger than the limit");
        if (precision is { } least) digits = digits.PadLeft(least, '0');
        if (alternate && type is 'o' or 'x' or 'X' && alternate) digits = $"0{type}{digits}";
        return (number.Sign < 0 ? "-" : "", digits);
    }
}
