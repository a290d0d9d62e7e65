using System.Globalization;
using System.Text;

namespace Engine.Templates;

/// <summary>How <c>json.dumps</c> lays its text out.</summary>
internal sealed record JsonLayout(
    bool EnsureAscii, string? Indent, string ItemSeparator, string KeySeparator, bool SortKeys, bool Generators);

/// <summary>Values as JSON, as Python's <c>json.dumps</c> writes it.</summary>
internal sealed class JsonText(JsonLayout layout, Budget budget)
{
    private readonly StringBuilder _result = new();
    private int _level;

    public static string Write(Value value, JsonLayout layout, Budget budget)
    {
        var writer = new JsonText(layout, budget);
        writer.Append(value);
        return budget.Text(writer._result.ToString());
    }

    private static string Number(double value) => double.IsNaN(value) ? "NaN"
        : double.IsInfinity(value) ? (value > 0 ? "Infinity" : "-Infinity")
        : PythonNumber.Format(value);

    private void Append(Value value)
    {
        budget.Step();
        switch (value)
        {
            case StringValue text: AppendString(text.Text); break;
            case NoneValue: _result.Append("null"); break;
            case BooleanValue boolean: _result.Append(boolean.IsTrue ? "true" : "false"); break;
            case IntegerValue integer: _result.Append(PythonNumber.Format(integer.Number)); break;
            case FloatValue number: _result.Append(Number(number.Number)); break;
            case ListValue or TupleValue: AppendArray(Sequences.Items(value)); break;
            case GeneratorValue when layout.Generators: AppendArray([.. Sequences.Iterate(value, budget)]); break;
            case DictValue dict: AppendObject(dict); break;
            default: throw new Failure($"Object of type {value.TypeName} is not JSON serializable");
        }
    }

    private void AppendArray(IReadOnlyList<Value> items)
    {
        StackGuard.Ensure();
        if (items.Count == 0)
        {
            _result.Append("[]");
            return;
        }
        Open('[');
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0) Separate();
            Append(items[i]);
        }
        Close(']');
    }

    private void AppendObject(DictValue dict)
    {
        StackGuard.Ensure();
        if (dict.Entries.Count == 0)
        {
            _result.Append("{}");
            return;
        }
        IReadOnlyList<KeyValuePair<Value, Value>> entries = dict.Entries;
        if (layout.SortKeys) entries = Sequences.Sort(entries, entry => entry.Key, reverse: false, budget);
        Open('{');
        for (int i = 0; i < entries.Count; i++)
        {
            if (i > 0) Separate();
            AppendString(KeyText(entries[i].Key));
            _result.Append(layout.KeySeparator);
            Append(entries[i].Value);
        }
        Close('}');
    }

    private static string KeyText(Value key) => key switch
    {
        StringValue text => text.Text,
        BooleanValue boolean => boolean.IsTrue ? "true" : "false",
        NoneValue => "null",
        IntegerValue integer => PythonNumber.Format(integer.Number),
        FloatValue number => Number(number.Number),
        _ => throw new Failure($"keys must be str, int, float, bool or None, not {key.TypeName}"),
    };

    private void Open(char bracket)
    {
        _result.Append(bracket);
        _level++;
        BreakLine();
    }

    private void Separate()
    {
        _result.Append(layout.ItemSeparator);
        BreakLine();
    }

    private void Close(char bracket)
    {
        _level--;
        BreakLine();
        _result.Append(bracket);
    }

    private void BreakLine()
    {
        if (layout.Indent is null) return;
        _result.Append('\n');
        budget.Characters((long)layout.Indent.Length * _level);
        for (int i = 0; i < _level; i++) _result.Append(layout.Indent);
    }

    private void AppendString(string text)
    {
        budget.Characters(text.Length);
        _result.Append('"');
        foreach (char c in text)
        {
            switch (c)
            {
                case '"': _result.Append("\\\""); break;
                case '\\': _result.Append("\\\\"); break;
                case '\n': _result.Append("\\n"); break;
                case '\r': _result.Append("\\r"); break;
                case '\t': _result.Append("\\t"); break;
                case '\f': _result.Append("\\f"); break;
                case '\b': _result.Append("\\b"); break;
                default:
                    bool escape = c < ' ' || (layout.EnsureAscii && c > '~');
                    if (escape) _result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    else _result.Append(c);
                    break;
            }
        }
        _result.Append('"');
    }
}
