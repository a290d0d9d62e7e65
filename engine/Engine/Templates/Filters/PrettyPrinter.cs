using System.Text;

namespace Engine.Templates;

/// <summary>Python's <c>pprint.pformat</c> with its defaults: lines of 80, dictionaries sorted.</summary>
internal sealed class PrettyPrinter(Budget budget)
{
    private const int Width = 80;

    private readonly StringBuilder _result = new();

    public static string Format(Value value, Budget budget)
    {
        var printer = new PrettyPrinter(budget);
        printer.Append(printer.Sorted(value), 0, 0, 1);
        return printer._result.ToString();
    }

    /// <summary>A copy in which every dictionary is sorted by key, where its keys can be compared.</summary>
    private Value Sorted(Value value)
    {
        StackGuard.Ensure();
        switch (value)
        {
            case ListValue list: return new ListValue([.. list.Items.Select(Sorted)]);
            case TupleValue tuple: return new TupleValue([.. tuple.Items.Select(Sorted)]);
            case DictValue dict:
                IEnumerable<KeyValuePair<Value, Value>> entries = dict.Entries;
                bool comparable = dict.Entries.All(entry => entry.Key is StringValue)
                    || dict.Entries.All(entry => Numbers.IsNumber(entry.Key));
                if (comparable) entries = Sequences.Sort(entries, entry => entry.Key, reverse: false, budget);
                var sorted = new DictValue();
                foreach ((Value key, Value item) in entries) sorted.Set(key, Sorted(item));
                return sorted;
            default: return value;
        }
    }

    private void Append(Value value, int indent, int allowance, int level)
    {
        StackGuard.Ensure();
        string flat = PythonRepr.Repr(value, budget);
        if (PythonText.Length(flat) <= Width - indent - allowance || value is not (ListValue or TupleValue or DictValue or StringValue))
        {
            _result.Append(flat);
            return;
        }
        switch (value)
        {
            case StringValue text:
                AppendText(text.Text, flat, indent, allowance, level);
                break;
            case DictValue dict when dict.Entries.Count > 0:
                _result.Append('{');
                AppendEntries(dict, indent + 1, allowance + 1, level);
                _result.Append('}');
                break;
            case ListValue { Items.Count: > 0 } list:
                _result.Append('[');
                AppendItems(list.Items, indent + 1, allowance + 1, level);
                _result.Append(']');
                break;
            case TupleValue { Items.Length: > 0 } tuple:
                string end = tuple.Items.Length == 1 ? ",)" : ")";
                _result.Append('(');
                AppendItems(tuple.Items, indent + 1, allowance + end.Length, level);
                _result.Append(end);
                break;
            default:
                _result.Append(flat);
                break;
        }
    }

    private void BreakLine(int indent)
    {
        budget.Characters(indent);
        _result.Append('\n').Append(' ', indent);
    }

    private void AppendItems(IReadOnlyList<Value> items, int indent, int allowance, int level)
    {
        for (int i = 0; i < items.Count; i++)
        {
            Append(items[i], indent, i == items.Count - 1 ? allowance : 1, level + 1);
            if (i == items.Count - 1) continue;
            _result.Append(',');
            BreakLine(indent);
        }
    }

    private void AppendEntries(DictValue dict, int indent, int allowance, int level)
    {
        for (int i = 0; i < dict.Entries.Count; i++)
        {
            string key = PythonRepr.Repr(dict.Entries[i].Key, budget);
            _result.Append(key).Append(": ");
            bool last = i == dict.Entries.Count - 1;
            Append(dict.Entries[i].Value, indent + PythonText.Length(key) + 2, last ? allowance : 1, level + 1);
            if (last) continue;
            _result.Append(',');
            BreakLine(indent);
        }
    }

    /// <summary>A long text as several literals, one per line, broken after white space.</summary>
    private void AppendText(string text, string flat, int indent, int allowance, int level)
    {
        if (level == 1)
        {
            indent++;
            allowance++;
        }
        List<string> chunks = [];
        List<string> lines = PythonText.SplitLines(text, keepEnds: true);
        for (int i = 0; i < lines.Count; i++)
        {
            bool last = i == lines.Count - 1;
            int room = Width - indent - (last ? allowance : 0);
            string quoted = PythonRepr.Quote(lines[i], false);
            if (PythonText.Length(quoted) <= room) chunks.Add(quoted);
            else AddWords(chunks, lines[i], Width - indent, last ? allowance : 0);
        }
        if (chunks.Count == 1)
        {
            _result.Append(flat);
            return;
        }
        if (level == 1) _result.Append('(');
        for (int i = 0; i < chunks.Count; i++)
        {
            if (i > 0) BreakLine(indent);
            _result.Append(chunks[i]);
        }
        if (level == 1) _result.Append(')');
    }

    private static void AddWords(List<string> chunks, string line, int room, int allowance)
    {
        string current = "";
        int start = 0;
        while (start < line.Length)
        {
            int end = start;
            while (end < line.Length && !PythonText.IsSpace(line[end])) end++;
            while (end < line.Length && PythonText.IsSpace(line[end])) end++;
            string candidate = current + line[start..end];
            int limit = end == line.Length ? room - allowance : room;
            if (PythonText.Length(PythonRepr.Quote(candidate, false)) > limit)
            {
                if (current.Length > 0) chunks.Add(PythonRepr.Quote(current, false));
                candidate = line[start..end];
            }
            current = candidate;
            start = end;
        }
        if (current.Length > 0) chunks.Add(PythonRepr.Quote(current, false));
    }
}
