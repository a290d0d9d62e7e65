using System.Globalization;
using System.Text;

namespace Engine.Templates;

/// <summary>Python's <c>str.format</c>, with the sandbox's attribute and item access.</summary>
internal sealed class StrFormat(Evaluator evaluator, CallArguments arguments)
{
    private int _automatic;
    private bool _manual;

    public string Run(string format, int depth = 2)
    {
        if (depth < 0) throw new Failure("Max string recursion exceeded");
        var result = new StringBuilder();
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            bool doubled = i + 1 < format.Length && format[i + 1] == c;
            if (c is '{' or '}' && doubled)
            {
                result.Append(c);
                i++;
            }
            else if (c == '}')
            {
                throw new Failure("Single '}' encountered in format string");
            }
            else if (c == '{')
            {
                int end = FieldEnd(format, i + 1);
                result.Append(FormatField(format[(i + 1)..end], depth));
                i = end;
            }
            else
            {
                result.Append(c);
            }
        }
        return evaluator.Budget.Text(result.ToString());
    }

    /// <summary>A text in which every character beyond ASCII is escaped.</summary>
    public static string ToAscii(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] < 0x80)
            {
                result.Append(text[i]);
                continue;
            }
            bool pair = PythonText.IsPairAt(text, i);
            int value = pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
            result.Append(CultureInfo.InvariantCulture, $"{(value <= 0xff ? "\\x" : pair ? "\\U" : "\\u")}");
            result.Append(value.ToString(value <= 0xff ? "x2" : pair ? "x8" : "x4", CultureInfo.InvariantCulture));
            if (pair) i++;
        }
        return result.ToString();
    }

    private static int FieldEnd(string format, int start)
    {
        int depth = 1;
        for (int i = start; i < format.Length; i++)
        {
            if (format[i] == '{') depth++;
            else if (format[i] == '}' && --depth == 0) return i;
        }
        throw new Failure(start == format.Length ? "Single '{' encountered in format string" : "expected '}' before end of string");
    }

    private string FormatField(string field, int depth)
    {
        int bracket = 0, nameEnd = 0;
        for (; nameEnd < field.Length; nameEnd++)
        {
            if (field[nameEnd] == '[') bracket++;
            else if (field[nameEnd] == ']') bracket--;
            else if (bracket <= 0 && field[nameEnd] is ':' or '!') break;
        }
        Value value = Lookup(field[..nameEnd]);
        string rest = field[nameEnd..];
        if (rest.StartsWith('!'))
        {
            if (rest.Length < 2) throw new Failure("end of string while looking for conversion specifier");
            value = Convert(rest[1], value);
            rest = rest[2..];
            if (rest.Length > 0 && rest[0] != ':') throw new Failure("expected ':' after conversion specifier");
        }
        string spec = rest.Length > 0 ? Run(rest[1..], depth - 1) : "";
        return FormatSpec.Apply(value, spec, evaluator.Budget);
    }

    private StringValue Convert(char conversion, Value value) => conversion switch
    {
        's' => new StringValue(PythonRepr.Text(value, evaluator.Budget)),
        'r' => new StringValue(PythonRepr.Repr(value, evaluator.Budget)),
        'a' => new StringValue(ToAscii(PythonRepr.Repr(value, evaluator.Budget))),
        _ => throw new Failure($"Unknown conversion specifier {conversion}"),
    };

    private Value Lookup(string name)
    {
        int end = name.AsSpan().IndexOfAny('.', '[');
        Value value = First(end < 0 ? name : name[..end]);
        for (int i = end; i >= 0 && i < name.Length;)
        {
            int stop;
            if (name[i] == '.')
            {
                stop = name.AsSpan(i + 1).IndexOfAny('.', '[');
                stop = stop < 0 ? name.Length : stop + i + 1;
                if (stop == i + 1) throw new Failure("Empty attribute in format string");
                value = Access.Attribute(value, name[(i + 1)..stop], evaluator);
                i = stop;
                continue;
            }
            stop = name.IndexOf(']', i);
            if (name[i] != '[' || stop < 0) throw new Failure("Missing ']' in format string");
            string key = name[(i + 1)..stop];
            Value index = key.Length is > 0 and < 10 && key.All(char.IsAsciiDigit)
                ? new IntegerValue(int.Parse(key, CultureInfo.InvariantCulture))
                : new StringValue(key);
            value = Access.Item(value, index, evaluator);
            i = stop + 1;
        }
        return value;
    }

    private Value First(string name)
    {
        if (name.Length > 0 && !name.All(char.IsAsciiDigit))
        {
            foreach ((string key, Value value) in arguments.Named)
            {
                if (key == name) return value;
            }
            throw new Failure($"'{name}'");
        }
        bool manual = name.Length > 0;
        if (manual ? _automatic > 0 : _manual)
        {
            throw new Failure("cannot switch between manual field specification and automatic field numbering");
        }
        _manual = manual;
        int index = manual
            ? (int.TryParse(name, CultureInfo.InvariantCulture, out int given) ? given : int.MaxValue)
            : _automatic++;
        return index < arguments.Positional.Length
            ? arguments.Positional[index]
            : throw new Failure($"Replacement index {index} out of range for positional args tuple");
    }
}
