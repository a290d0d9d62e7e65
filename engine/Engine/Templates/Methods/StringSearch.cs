using System.Numerics;

namespace Engine.Templates;

/// <summary>The methods of <c>str</c> that look for a part. Positions are code points.</summary>
internal static partial class StringMethods
{
    private static string RequireText(Value value) => value switch
    {
        StringValue text => text.Text,
        _ => throw new Failure($"must be str, not {value.TypeName}"),
    };

    /// <summary>The part of a text that the optional arguments start and end choose; null where start lies behind the end.</summary>
    private static (int First, string Text)? Window(StringValue self, Value? start, Value? end)
    {
        int first = Bound(start, 0), last = Bound(end, self.Length);
        if (first > self.Length || first > last) return null;
        int from = PythonText.Offset(self, first), to = PythonText.Offset(self, Math.Min(last, self.Length));
        return (first, self.Text[from..to]);

        int Bound(Value? value, int absent)
        {
            if (value is null or NoneValue) return absent;
            if (!Numbers.TryInteger(value, out BigInteger number))
            {
                throw new Failure("slice indices must be integers or None or have an __index__ method");
            }
            if (number < 0) number = BigInteger.Max(0, number + self.Length);
            return (int)BigInteger.Min(number, self.Length + 1);
        }
    }

    private static int Find(StringValue self, CallArguments arguments, string name, bool last)
    {
        Value?[] given = arguments.Bind(name, 1, "/sub", "/start", "/end");
        string part = RequireText(given[0]!);
        if (Window(self, given[1], given[2]) is not { } window) return -1;
        int offset = last
            ? part.Length == 0 ? window.Text.Length : window.Text.LastIndexOf(part, StringComparison.Ordinal)
            : window.Text.IndexOf(part, StringComparison.Ordinal);
        return offset < 0 ? -1 : window.First + PythonText.Length(window.Text[..offset]);
    }

    private static IntegerValue Index(StringValue self, CallArguments arguments, string name, bool last)
    {
        int index = Find(self, arguments, name, last);
        return index >= 0 ? new IntegerValue(index) : throw new Failure("substring not found");
    }

    private static Value Count(Evaluator e, StringValue self, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("count", 1, "/sub", "/start", "/end");
        string part = RequireText(given[0]!);
        if (Window(self, given[1], given[2]) is not { } window) return new IntegerValue(0);
        e.Budget.Step(window.Text.Length >> 6);
        return new IntegerValue(part.Length == 0 ? PythonText.Length(window.Text) + 1 : Occurrences(window.Text, part, int.MaxValue));
    }

    private static int Occurrences(string text, string part, int limit)
    {
        int count = 0;
        for (int i = text.IndexOf(part, StringComparison.Ordinal); i >= 0 && count < limit;
            i = text.IndexOf(part, i + part.Length, StringComparison.Ordinal))
        {
            count++;
        }
        return count;
    }

    private static BooleanValue Affix(Evaluator e, StringValue self, CallArguments arguments, string name, bool start)
    {
        Value?[] given = arguments.Bind(name, 1, "/prefix", "/start", "/end");
        (int First, string Text)? window = Window(self, given[1], given[2]);
        IReadOnlyList<Value> candidates = given[0] is TupleValue tuple ? tuple.Items : [given[0]!];
        foreach (Value candidate in candidates)
        {
            if (candidate is not StringValue affix)
            {
                throw new Failure($"{name} first arg must be str or a tuple of str, not {candidate.TypeName}");
            }
            if (window is not { } part) continue;
            bool matches = start
                ? part.Text.StartsWith(affix.Text, StringComparison.Ordinal)
                : part.Text.EndsWith(affix.Text, StringComparison.Ordinal);
            if (matches) return BooleanValue.True;
        }
        return BooleanValue.False;
    }

    private static Value Replace(Evaluator e, StringValue self, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("replace", 2, "/old", "/new", "/count");
        int count = given[2] is null ? -1 : Numbers.ToInt32(given[2]!);
        return new StringValue(Replace(self.Text, RequireText(given[0]!), RequireText(given[1]!), count, e.Budget), self.IsMarkup);
    }

    /// <summary>
    /// Replaces the first <paramref name="count"/> occurrences, all where it is negative. Nothing is found between all characters.
    /// </summary>
    public static string Replace(string text, string old, string replacement, int count, Budget budget)
    {
        int limit = count < 0 ? int.MaxValue : count;
        budget.Step(text.Length >> 6);
        if (old.Length == 0)
        {
            string[] points = [.. PythonText.CodePoints(text)];
            int gaps = Math.Min(limit, points.Length + 1);
            budget.Characters(text.Length + ((long)gaps * replacement.Length));
            var result = new System.Text.StringBuilder();
            for (int i = 0; i <= points.Length; i++)
            {
                if (i < gaps) result.Append(replacement);
                if (i < points.Length) result.Append(points[i]);
            }
            return result.ToString();
        }
        long occurrences = Occurrences(text, old, limit);
        if (occurrences == 0) return text;
        budget.Characters(text.Length + (occurrences * (replacement.Length - old.Length)));
        if (limit == int.MaxValue) return text.Replace(old, replacement, StringComparison.Ordinal);
        var limited = new System.Text.StringBuilder();
        int position = 0;
        for (; occurrences > 0; occurrences--)
        {
            int next = text.IndexOf(old, position, StringComparison.Ordinal);
            limited.Append(text, position, next - position).Append(replacement);
            position = next + old.Length;
        }
        return limited.Append(text, position, text.Length - position).ToString();
    }

    private static Value RemovePrefix(Evaluator e, StringValue self, CallArguments arguments)
    {
        string prefix = RequireText(arguments.Bind("removeprefix", 1, "/prefix")[0]!);
        return Like(e, self, self.Text.StartsWith(prefix, StringComparison.Ordinal) ? self.Text[prefix.Length..] : self.Text);
    }

    private static Value RemoveSuffix(Evaluator e, StringValue self, CallArguments arguments)
    {
        string suffix = RequireText(arguments.Bind("removesuffix", 1, "/suffix")[0]!);
        return Like(e, self, self.Text.EndsWith(suffix, StringComparison.Ordinal) ? self.Text[..^suffix.Length] : self.Text);
    }

    private static StringValue Strip(Evaluator e, StringValue self, CallArguments arguments, string name, bool start, bool end)
    {
        string? characters = arguments.Bind(name, 0, "/chars")[0] switch
        {
            null or NoneValue => null,
            StringValue text => text.Text,
            _ => throw new Failure($"{name} arg must be None or str"),
        };
        return Like(e, self, PythonText.Strip(self.Text, characters, start, end));
    }
}
