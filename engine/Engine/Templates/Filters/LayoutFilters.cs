using System.Text;

namespace Engine.Templates;

/// <summary>Filters that break, cut and indent text.</summary>
internal static class LayoutFilters
{
    private const int Leeway = 5;

    public static Value Indent(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("indent", 0, "width", "first", "blank");
        StringValue source = RequireText(input);
        string indent = given[0] is StringValue text ? text.Text : Spaces(given[0] is null ? 4 : Numbers.ToInt32(given[0]!), e);
        bool first = given[1] is { IsTrue: true }, blank = given[2] is { IsTrue: true };
        List<string> lines = PythonText.SplitLines(source.Text + "\n", keepEnds: false);
        e.Budget.Characters(source.Text.Length + ((long)indent.Length * lines.Count));
        var result = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            if (i > 0) result.Append('\n');
            if (i == 0 ? first : blank || lines[i].Length > 0) result.Append(indent);
            result.Append(lines[i]);
        }
        return new StringValue(result.ToString(), source.IsMarkup);
    }

    public static Value Truncate(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("truncate", 0, "length", "killwords", "end", "leeway");
        int inputLength = Sequences.Length(input) ?? throw new Failure($"object of type '{input.TypeName}' has no len()");
        int length = given[0] is null ? 255 : Numbers.ToInt32(given[0]!);
        string end = given[2] is null ? "..." : RequireText(given[2]!).Text;
        int leeway = given[3] is null or NoneValue ? Leeway : Numbers.ToInt32(given[3]!);
        int endLength = PythonText.Length(end);
        if (length < endLength) throw new Failure($"expected length >= {endLength}, got {length}");
        if (leeway < 0) throw new Failure($"expected leeway >= 0, got {leeway}");
        if (inputLength <= (long)length + leeway) return input;
        StringValue text = RequireText(input);
        string cut = text.Text[..PythonText.Offset(text, Math.Min(length - endLength, text.Length))];
        int space = cut.LastIndexOf(' ');
        if (given[1] is not { IsTrue: true } && space >= 0) cut = cut[..space];
        return new StringValue(e.Budget.Text(cut + end));
    }

    public static Value WordWrap(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
        int width = given[0] is null ? 79 : Numbers.ToInt32(given[0]!);
        string between = given[2] is null or NoneValue ? "\n" : RequireText(given[2]!).Text;
        if (width <= 0) throw new Failure($"invalid width {width} (must be > 0)");
        var wrap = new TextWrap(width, given[1] is not { IsTrue: false }, given[3] is not { IsTrue: false });
        string text = RequireText(input).Text;
        e.Budget.Step(text.Length);
        IEnumerable<string> paragraphs = PythonText.SplitLines(text, keepEnds: false).Select(line => string.Join(between, wrap.Wrap(line)));
        return new StringValue(SequenceFilters.Join(e.Budget, between, paragraphs));
    }

    public static Value PrettyPrint(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("pprint", 0);
        return new StringValue(e.Budget.Text(PrettyPrinter.Format(input, e.Budget)));
    }

    private static string Spaces(int count, Evaluator e)
    {
        e.Budget.Characters(Math.Max(count, 0));
        return new string(' ', Math.Max(count, 0));
    }

    private static StringValue RequireText(Value value) => value switch
    {
        StringValue text => text,
        UndefinedValue undefined => throw undefined.Fail(),
        _ => throw new Failure($"a str is required, not {value.TypeName}"),
    };
}
