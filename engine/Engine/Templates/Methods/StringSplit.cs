using System.Text;

namespace Engine.Templates;

/// <summary>The methods of <c>str</c> that take a text apart, put one together or fill it up.</summary>
internal static partial class StringMethods
{
    private static Value Split(Evaluator e, StringValue self, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("split", 0, "sep", "maxsplit");
        int most = given[1] is null ? -1 : Numbers.ToInt32(given[1]!);
        if (given[0] is null or NoneValue) return Parts(e, self, SplitSpace(self.Text, most));
        string separator = Separator(given[0]!);
        var parts = new List<string>();
        int position = 0;
        for (int next = Next(); next >= 0 && (most < 0 || parts.Count < most); next = Next())
        {
            parts.Add(self.Text[position..next]);
            position = next + separator.Length;
        }
        parts.Add(self.Text[position..]);
        return Parts(e, self, parts);

        int Next() => self.Text.IndexOf(separator, position, StringComparison.Ordinal);
    }

    private static Value SplitFromRight(Evaluator e, StringValue self, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("rsplit", 0, "sep", "maxsplit");
        int most = given[1] is null ? -1 : Numbers.ToInt32(given[1]!);
        if (given[0] is null or NoneValue) return Parts(e, self, SplitSpaceFromRight(self.Text, most));
        string separator = Separator(given[0]!);
        var parts = new List<string>();
        int end = self.Text.Length;
        for (int next = Next(); next >= 0 && (most < 0 || parts.Count < most); next = Next())
        {
            parts.Add(self.Text[(next + separator.Length)..end]);
            end = next;
        }
        parts.Add(self.Text[..end]);
        parts.Reverse();
        return Parts(e, self, parts);

        int Next() => self.Text.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal);
    }

    private static string Separator(Value value)
    {
        string separator = RequireText(value);
        return separator.Length > 0 ? separator : throw new Failure("empty separator");
    }

    /// <summary>Splits at white space, at most so many times; what is left keeps the white space at its end.</summary>
    public static List<string> SplitSpace(string text, int most)
    {
        var parts = new List<string>();
        int i = 0;
        while (true)
        {
            while (i < text.Length && PythonText.IsSpace(text[i])) i++;
            if (i == text.Length) return parts;
            int start = i;
            if (most >= 0 && parts.Count == most)
            {
                parts.Add(text[start..]);
                return parts;
            }
            while (i < text.Length && !PythonText.IsSpace(text[i])) i++;
            parts.Add(text[start..i]);
        }
    }

    private static List<string> SplitSpaceFromRight(string text, int most)
    {
        var parts = new List<string>();
        int i = text.Length;
        while (true)
        {
            while (i > 0 && PythonText.IsSpace(text[i - 1])) i--;
            if (i == 0) break;
            int end = i;
            if (most >= 0 && parts.Count == most)
            {
                parts.Add(text[..end]);
                break;
            }
            while (i > 0 && !PythonText.IsSpace(text[i - 1])) i--;
            parts.Add(text[i..end]);
        }
        parts.Reverse();
        return parts;
    }

    private static ListValue Parts(Evaluator e, StringValue self, List<string> parts)
    {
        e.Budget.Characters(self.Text.Length);
        e.Budget.Step(parts.Count);
        return new ListValue([.. parts.Select(part => new StringValue(part, self.IsMarkup))]);
    }

    private static Value SplitLines(Evaluator e, StringValue self, CallArguments arguments)
    {
        bool keepEnds = Numbers.ToFlag(arguments.Bind("splitlines", 0, "keepends")[0]);
        return Parts(e, self, PythonText.SplitLines(self.Text, keepEnds));
    }

    private static TupleValue Partition(Evaluator e, StringValue self, CallArguments arguments, string name, bool last)
    {
        string separator = Separator(arguments.Bind(name, 1, "/sep")[0]!);
        string text = self.Text;
        int index = last ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        string[] parts = index >= 0
            ? [text[..index], separator, text[(index + separator.Length)..]]
            : last ? ["", "", text] : [text, "", ""];
        e.Budget.Characters(text.Length);
        return new TupleValue([.. parts.Select(part => new StringValue(part, self.IsMarkup))]);
    }

    private static Value Join(Evaluator e, StringValue self, CallArguments arguments)
    {
        Value items = arguments.Bind("join", 1, "/iterable")[0]!;
        if (!Sequences.IsIterable(items)) throw new Failure("can only join an iterable");
        IEnumerable<string> parts = Sequences.Iterate(items, e.Budget).Select((item, i) => item is StringValue text
            ? self.IsMarkup && !text.IsMarkup ? PythonText.EscapeHtml(text.Text) : text.Text
            : throw new Failure($"sequence item {i}: expected str instance, {item.TypeName} found"));
        return new StringValue(SequenceFilters.Join(e.Budget, self.Text, parts), self.IsMarkup);
    }

    private static Value FormatMap(Evaluator e, StringValue self, CallArguments arguments)
    {
        if (arguments.Bind("format_map", 1, "/mapping")[0] is not DictValue dict) throw new Failure("format_map() needs a mapping");
        var named = dict.Entries.Where(entry => entry.Key is StringValue)
            .Select(entry => new KeyValuePair<string, Value>(((StringValue)entry.Key).Text, entry.Value));
        return Like(e, self, new StrFormat(e, new CallArguments([], [.. named])).Run(self.Text));
    }

    private static StringValue Justify(
        Evaluator e, StringValue self, CallArguments arguments, string name, Func<StringValue, int, string, Budget, string> justify)
    {
        Value?[] given = arguments.Bind(name, 1, "/width", "/fillchar");
        string fill = given[1] is null ? " " : RequireText(given[1]!);
        if (PythonText.Length(fill) != 1) throw new Failure("The fill character must be exactly one character long");
        return Like(e, self, justify(self, Numbers.ToInt32(given[0]!), fill, e.Budget));
    }

    /// <summary>An odd space goes to the left where the width is odd too.</summary>
    public static string Center(StringValue text, int width, string fill, Budget budget)
    {
        int padding = Math.Max(0, width - text.Length);
        int left = (padding / 2) + (padding & width & 1);
        return Pad(text, left, padding - left, fill, budget);
    }

    private static string Pad(StringValue text, int left, int right, string fill, Budget budget)
    {
        left = Math.Max(left, 0);
        right = Math.Max(right, 0);
        budget.Characters(text.Text.Length + (((long)left + right) * fill.Length));
        var result = new StringBuilder();
        for (int i = 0; i < left; i++) result.Append(fill);
        result.Append(text.Text);
        for (int i = 0; i < right; i++) result.Append(fill);
        return result.ToString();
    }

    private static Value ZeroFill(Evaluator e, StringValue self, CallArguments arguments)
    {
        int padding = Numbers.ToInt32(arguments.Bind("zfill", 1, "/width")[0]!) - self.Length;
        if (padding <= 0) return self;
        int sign = self.Text.Length > 0 && self.Text[0] is '+' or '-' ? 1 : 0;
        return Like(e, self, self.Text[..sign] + Pad(StringValue.Empty, padding, 0, "0", e.Budget) + self.Text[sign..]);
    }

    private static Value ExpandTabs(Evaluator e, StringValue self, CallArguments arguments)
    {
        int size = arguments.Bind("expandtabs", 0, "tabsize")[0] is { } given ? Numbers.ToInt32(given) : 8;
        e.Budget.Characters(self.Text.Length + ((long)self.Text.Count(c => c == '\t') * Math.Max(size, 0)));
        var result = new StringBuilder();
        int column = 0;
        foreach (string point in PythonText.CodePoints(self.Text))
        {
            if (point == "\t")
            {
                int spaces = size > 0 ? size - (column % size) : 0;
                result.Append(' ', spaces);
                column += spaces;
                continue;
            }
            result.Append(point);
            column = point is "\n" or "\r" ? 0 : column + 1;
        }
        return new StringValue(result.ToString(), self.IsMarkup);
    }
}
