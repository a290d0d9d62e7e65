using System.Text;
using System.Text.RegularExpressions;

namespace Engine.Templates;

/// <summary>The filter <c>urlize</c>: links for the addresses in a text.</summary>
internal static partial class Urlize
{
    /// <summary>A longer word is no address; the patterns below would take quadratic time to find that out.</summary>
    private const int MaxWord = 4096;

    private static readonly (string Open, string Close)[] Brackets = [("(", ")"), ("<", ">"), ("&lt;", "&gt;")];

    public static Value Apply(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("urlize", 0, "trim_url_limit", "nofollow", "target", "rel", "extra_schemes");
        int? limit = given[0] is null or NoneValue ? null : Numbers.ToInt32(given[0]!);
        var relations = new SortedSet<string>(StringComparer.Ordinal) { "noopener" };
        if (given[1] is { IsTrue: true }) relations.Add("nofollow");
        if (given[3] is StringValue rel) relations.UnionWith(StringMethods.SplitSpace(rel.Text, -1));
        string attributes = $" rel=\"{PythonText.EscapeHtml(string.Join(' ', relations))}\"";
        if (given[2] is StringValue target) attributes += $" target=\"{PythonText.EscapeHtml(target.Text)}\"";
        string[] schemes = given[4] is null or NoneValue
            ? []
            : [.. Sequences.Iterate(given[4]!, e.Budget).Select(scheme => PythonRepr.Text(scheme, e.Budget))];
        foreach (string scheme in schemes)
        {
            if (!SchemePattern().IsMatch(scheme)) throw new Failure($"'{scheme}' is not a valid URI scheme prefix.");
        }
        string text = PythonRepr.Text(input, e.Budget);
        if (input is not StringValue { IsMarkup: true }) text = PythonText.EscapeHtml(text);
        e.Budget.Step(text.Length);
        var result = new StringBuilder();
        foreach (string word in Space().Split(text)) result.Append(LinkWord(word, attributes, limit, schemes));
        return new StringValue(e.Budget.Text(result.ToString()));
    }

    private static string LinkWord(string word, string attributes, int? limit, string[] schemes)
    {
        if (word.Length > MaxWord) return word;
        string head = Head().Match(word).Value, middle = word[head.Length..], tail = "";
        if (EndsWithAny(middle, ")", ">", ".", ",", "\n", "&gt;"))
        {
            tail = Tail().Match(middle).Value;
            middle = middle[..^tail.Length];
        }
        foreach ((string open, string close) in Brackets) (middle, tail) = Balance(middle, tail, open, close);
        return head + Link(middle, attributes, limit, schemes) + tail;
    }

    private static bool EndsWithAny(string text, params string[] ends) =>
        Array.Exists(ends, end => text.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Moves closing brackets from the tail to the address that opens them.</summary>
    private static (string Middle, string Tail) Balance(string middle, string tail, string open, string close)
    {
        int opened = Count(middle, open);
        if (opened <= Count(middle, close)) return (middle, tail);
        for (int moves = Math.Min(opened, Count(tail, close)); moves > 0; moves--)
        {
            int end = tail.IndexOf(close, StringComparison.Ordinal) + close.Length;
            middle += tail[..end];
            tail = tail[end..];
        }
        return (middle, tail);
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static string Link(string address, string attributes, int? limit, string[] schemes)
    {
        string shown = limit is { } most && PythonText.Length(address) > most
            ? string.Concat(PythonText.CodePoints(address).Take(most)) + "..."
            : address;
        if (Http().IsMatch(address))
        {
            bool whole = address.StartsWith("https://", StringComparison.Ordinal)
                || address.StartsWith("http://", StringComparison.Ordinal);
            return $"<a href=\"{(whole ? "" : "https://")}{address}\"{attributes}>{shown}</a>";
        }
        if (address.StartsWith("mailto:", StringComparison.Ordinal) && Email().IsMatch(address[7..]))
        {
            return $"<a href=\"{address}\">{address[7..]}</a>";
        }
        bool email = address.Contains('@') && !address.StartsWith("www.", StringComparison.Ordinal) && !address.StartsWith('@')
            && !address.Contains(':') && Email().IsMatch(address);
        if (email) return $"<a href=\"mailto:{address}\">{address}</a>";
        foreach (string scheme in schemes)
        {
            if (address != scheme && address.StartsWith(scheme, StringComparison.Ordinal))
            {
                address = $"<a href=\"{address}\"{attributes}>{address}</a>";
            }
        }
        return address;
    }

    [GeneratedRegex(@"(\s+)", RegexOptions.CultureInvariant)]
    private static partial Regex Space();

    [GeneratedRegex(@"^([(<]|&lt;)+", RegexOptions.CultureInvariant)]
    private static partial Regex Head();

    [GeneratedRegex(@"([)>.,\n]|&gt;)+\z", RegexOptions.CultureInvariant | RegexOptions.RightToLeft)]
    private static partial Regex Tail();

    [GeneratedRegex(@"^([\w.+-]{2,}:(/){0,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex SchemePattern();

    [GeneratedRegex(@"^\S+@\w[\w.-]*\.\w+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Email();

    [GeneratedRegex(
        @"^((https?://|www\.)(([\w%-]+\.)+)?([a-z]{2,63}|xn--[\w%]{2,59})"
        + @"|([\w%-]{2,63}\.)+(com|net|int|edu|gov|org|info|mil)"
        + @"|(https?://)((\d{1,3}(\.\d{1,3}){3})|(\[([\da-f]{0,4}:){2}([\da-f]{0,4}:?){1,6}])))(:\d{1,5})?([/?#]\S*)?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Http();
}
