using System.Numerics;
using System.Text;

namespace Engine.Templates;

/// <summary>Filters that make one text of another. Input that is no text is printed first.</summary>
internal static class StringFilters
{
    public static Value Upper(Evaluator e, Value input, CallArguments arguments) =>
        Map(e, "upper", input, arguments, UnicodeCase.Upper);

    public static Value Lower(Evaluator e, Value input, CallArguments arguments) =>
        Map(e, "lower", input, arguments, UnicodeCase.Lower);

    public static Value Capitalize(Evaluator e, Value input, CallArguments arguments) =>
        Map(e, "capitalize", input, arguments, UnicodeCase.Capitalize);

    public static Value Title(Evaluator e, Value input, CallArguments arguments) => Map(e, "title", input, arguments, TitleWords);

    public static Value String(Evaluator e, Value input, CallArguments arguments) => Map(e, "string", input, arguments, text => text);

    public static Value Trim(Evaluator e, Value input, CallArguments arguments)
    {
        StringValue text = Soft(e, input);
        string? characters = arguments.Bind("trim", 0, "chars")[0] switch
        {
            null or NoneValue => null,
            StringValue given => given.Text,
            _ => throw new Failure("strip arg must be None or str"),
        };
        return Like(e, text, PythonText.Strip(text.Text, characters, start: true, end: true));
    }

    public static Value Replace(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("replace", 2, "old", "new", "count");
        int count = given[2] is null or NoneValue ? -1 : Numbers.ToInt32(given[2]!);
        string text = PythonRepr.Text(input, e.Budget);
        return new StringValue(StringMethods.Replace(
            text, PythonRepr.Text(given[0]!, e.Budget), PythonRepr.Text(given[1]!, e.Budget), count, e.Budget));
    }

    public static Value Center(Evaluator e, Value input, CallArguments arguments)
    {
        StringValue text = Soft(e, input);
        int width = arguments.Bind("center", 0, "width")[0] is { } given ? Numbers.ToInt32(given) : 80;
        return Like(e, text, StringMethods.Center(text, width, " ", e.Budget));
    }

    public static Value Format(Evaluator e, Value input, CallArguments arguments)
    {
        if (arguments.Positional.Length > 0 && arguments.Named.Length > 0)
        {
            throw new Failure("can't handle positional and keyword arguments at the same time");
        }
        Value values = new TupleValue(arguments.Positional);
        if (arguments.Named.Length > 0)
        {
            var dict = new DictValue();
            foreach ((string name, Value value) in arguments.Named) dict.Set(name, value);
            values = dict;
        }
        return PercentFormat.Apply(Soft(e, input), values, e.Budget);
    }

    public static Value WordCount(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("wordcount", 0);
        string text = Soft(e, input).Text;
        int count = 0;
        bool inWord = false;
        for (int i = 0; i < text.Length; i += PythonText.IsPairAt(text, i) ? 2 : 1)
        {
            bool word = IsWordCharacter(text, i);
            if (word && !inWord) count++;
            inWord = word;
        }
        return new IntegerValue(count);
    }

    /// <summary>A text as it is, markup included; anything else printed.</summary>
    public static StringValue Soft(Evaluator e, Value input) => input as StringValue ?? new StringValue(PythonRepr.Text(input, e.Budget));

    private static bool IsWordCharacter(string text, int i)
    {
        if (!Rune.TryGetRuneAt(text, i, out Rune rune)) return false;
        return rune.Value == '_' || PythonText.IsAlphabetic(rune) || PythonText.IsNumeric(rune);
    }

    private static StringValue Like(Evaluator e, StringValue source, string text) => new(e.Budget.Text(text), source.IsMarkup);

    private static StringValue Map(Evaluator e, string name, Value input, CallArguments arguments, Func<string, string> map)
    {
        arguments.Bind(name, 0);
        StringValue text = Soft(e, input);
        string mapped = map(text.Text);
        return ReferenceEquals(mapped, text.Text) ? text : Like(e, text, mapped);
    }

    /// <summary>Words begin after white space, a hyphen or an opening bracket, unlike those of <c>str.title</c>.</summary>
    private static string TitleWords(string text)
    {
        var result = new StringBuilder(text.Length);
        int i = 0;
        while (i < text.Length)
        {
            int start = i;
            while (i < text.Length && !Separates(text[i])) i++;
            if (i > start)
            {
                int head = PythonText.IsPairAt(text, start) ? 2 : 1;
                result.Append(UnicodeCase.Upper(text.Substring(start, head))).Append(UnicodeCase.Lower(text[(start + head)..i]));
            }
            while (i < text.Length && Separates(text[i])) result.Append(text[i++]);
        }
        return result.ToString();

        static bool Separates(char c) => c is '-' or '(' or '{' or '[' or '<' || PythonText.IsSpace(c);
    }
}
