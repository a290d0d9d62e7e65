using System.Collections.Frozen;

namespace Engine.Templates;

/// <summary>A filter: what <c>input | name(arguments)</c> computes.</summary>
internal delegate Value Filter(Evaluator evaluator, Value input, CallArguments arguments);

/// <summary>The filters of Jinja2 3.1.6, with transformers' <c>tojson</c>.</summary>
internal static class FilterTable
{
    private const string LenientFilter = "from_json";

    private static readonly FrozenDictionary<string, Filter> Filters = new Dictionary<string, Filter>
    {
        ["abs"] = NumberFilters.Abs,
        ["attr"] = SequenceFilters.Attr,
        ["batch"] = SequenceFilters.Batch,
        ["capitalize"] = StringFilters.Capitalize,
        ["center"] = StringFilters.Center,
        ["count"] = SequenceFilters.Length,
        ["d"] = SequenceFilters.Default,
        ["default"] = SequenceFilters.Default,
        ["dictsort"] = OrderFilters.DictSort,
        ["e"] = MarkupFilters.Escape,
        ["escape"] = MarkupFilters.Escape,
        ["filesizeformat"] = NumberFilters.FileSizeFormat,
        ["first"] = SequenceFilters.First,
        ["float"] = NumberFilters.Float,
        ["forceescape"] = MarkupFilters.ForceEscape,
        ["format"] = StringFilters.Format,
        [LenientFilter] = JsonFilters.FromJson,
        ["groupby"] = OrderFilters.GroupBy,
        ["indent"] = LayoutFilters.Indent,
        ["int"] = NumberFilters.Int,
        ["items"] = SequenceFilters.Items,
        ["join"] = SequenceFilters.Join,
        ["last"] = SequenceFilters.Last,
        ["length"] = SequenceFilters.Length,
        ["list"] = SequenceFilters.List,
        ["lower"] = StringFilters.Lower,
        ["map"] = SelectFilters.Map,
        ["max"] = OrderFilters.Max,
        ["min"] = OrderFilters.Min,
        ["pprint"] = LayoutFilters.PrettyPrint,
        ["random"] = SequenceFilters.Random,
        ["reject"] = SelectFilters.Reject,
        ["rejectattr"] = SelectFilters.RejectAttribute,
        ["replace"] = StringFilters.Replace,
        ["reverse"] = SequenceFilters.Reverse,
        ["round"] = NumberFilters.Round,
        ["safe"] = MarkupFilters.Safe,
        ["select"] = SelectFilters.Select,
        ["selectattr"] = SelectFilters.SelectAttribute,
        ["slice"] = SequenceFilters.Slice,
        ["sort"] = OrderFilters.Sort,
        ["string"] = StringFilters.String,
        ["striptags"] = MarkupFilters.StripTags,
        ["sum"] = NumberFilters.Sum,
        ["title"] = StringFilters.Title,
        ["tojson"] = JsonFilters.ToJson,
        ["trim"] = StringFilters.Trim,
        ["truncate"] = LayoutFilters.Truncate,
        ["unique"] = OrderFilters.Unique,
        ["upper"] = StringFilters.Upper,
        ["urlencode"] = MarkupFilters.UrlEncode,
        ["urlize"] = Urlize.Apply,
        ["wordcount"] = StringFilters.WordCount,
        ["wordwrap"] = LayoutFilters.WordWrap,
        ["xmlattr"] = MarkupFilters.XmlAttributes,
    }.ToFrozenDictionary();

    /// <summary>Whether a template may name the filter; one that only a lenient render has fails where it is reached.</summary>
    public static bool Contains(string name) => Filters.ContainsKey(name);

    /// <summary>The filter, or null where a render has none of this name.</summary>
    public static Filter? Find(string name, bool lenient) =>
        name == LenientFilter && !lenient ? null : Filters.GetValueOrDefault(name);
}
