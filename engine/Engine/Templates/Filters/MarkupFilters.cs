using System.Net;
using System.Text;

namespace Engine.Templates;

/// <summary>Filters for HTML and addresses.</summary>
internal static class MarkupFilters
{
    public static Value Escape(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("escape", 0);
        if (input is StringValue { IsMarkup: true }) return input;
        return new StringValue(e.Budget.Text(PythonText.EscapeHtml(PythonRepr.Text(input, e.Budget))), true);
    }

    public static Value ForceEscape(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("forceescape", 0);
        return new StringValue(e.Budget.Text(PythonText.EscapeHtml(PythonRepr.Text(input, e.Budget))), true);
    }

    public static Value Safe(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("safe", 0);
        return new StringValue(PythonRepr.Text(input, e.Budget), true);
    }

    public static Value StripTags(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("striptags", 0);
        string text = PythonRepr.Text(input, e.Budget);
        text = RemoveBetween(text, "<!--", "-->");
        text = RemoveBetween(text, "<", ">");
        string collapsed = string.Join(' ', StringMethods.SplitSpace(text, -1));
        return new StringValue(e.Budget.Text(WebUtility.HtmlDecode(collapsed)));
    }

    private static string RemoveBetween(string text, string open, string close)
    {
        var result = new StringBuilder(text.Length);
        int position = 0;
        while (true)
        {
            int start = text.IndexOf(open, position, StringComparison.Ordinal);
            int end = start < 0 ? -1 : text.IndexOf(close, start, StringComparison.Ordinal);
            if (end < 0) return result.Append(text, position, text.Length - position).ToString();
            result.Append(text, position, start - position);
            position = end + close.Length;
        }
    }

    public static Value UrlEncode(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("urlencode", 0);
        if (input is StringValue || !Sequences.IsIterable(input)) return new StringValue(e.Budget.Text(Quote(e, input, "/")));
        IEnumerable<Value> pairs = input is DictValue dict
            ? Sequences.Items(new DictViewValue(dict, DictViewKind.Items))
            : Sequences.Iterate(input, e.Budget);
        return new StringValue(SequenceFilters.Join(e.Budget, "&", pairs.Select(pair =>
        {
            Value[] items = [.. Sequences.Iterate(pair, e.Budget).Take(3)];
            if (items.Length != 2) throw new Failure("urlencode needs pairs of a key and a value");
            return QuoteQuery(e, items[0]) + "=" + QuoteQuery(e, items[1]);
        })));
    }

    private static string QuoteQuery(Evaluator e, Value value) =>
        Quote(e, value, "").Replace("%20", "+", StringComparison.Ordinal);

    private static string Quote(Evaluator e, Value value, string safe)
    {
        var result = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(PythonRepr.Text(value, e.Budget)))
        {
            char c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || "_.-~".Contains(c) || safe.Contains(c)) result.Append(c);
            else result.Append('%').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return result.ToString();
    }

    public static Value XmlAttributes(Evaluator e, Value input, CallArguments arguments)
    {
        Value? space = arguments.Bind("xmlattr", 0, "autospace")[0];
        if (input is UndefinedValue undefined) throw undefined.Fail();
        if (input is not DictValue dict) throw new Failure($"'{input.TypeName}' object has no attribute 'items'");
        var parts = new List<string>();
        foreach ((Value key, Value value) in dict.Entries)
        {
            if (value is NoneValue or UndefinedValue) continue;
            if (key is not StringValue name) throw new Failure("expected string or bytes-like object");
            if (name.Text.AsSpan().IndexOfAny(" \t\n\r\f\v/>=") >= 0)
            {
                throw new Failure($"Invalid character in attribute name: {PythonRepr.Quote(name.Text, false)}");
            }
            parts.Add($"{EscapeSoft(e, key)}=\"{EscapeSoft(e, value)}\"");
        }
        string text = string.Join(' ', parts);
        if (space is not { IsTrue: false } && text.Length > 0) text = " " + text;
        return new StringValue(e.Budget.Text(text));
    }

    private static string EscapeSoft(Evaluator e, Value value) => ((StringValue)Escape(e, value, CallArguments.None)).Text;
}
