namespace Engine.Templates;

/// <summary>Filters that sort, group and compare items. Unless told otherwise they ignore the case of texts.</summary>
internal static class OrderFilters
{
    public static Value Sort(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("sort", 0, "reverse", "case_sensitive", "attribute");
        Func<Value, Value> key = Attributes.MultiGetter(e, given[2], ignoreCase: !IsTrue(given[1]));
        return new ListValue(Sequences.Sort(Sequences.Iterate(input, e.Budget), key, Numbers.ToFlag(given[0]), e.Budget));
    }

    public static Value DictSort(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("dictsort", 0, "case_sensitive", "by", "reverse");
        bool ignoreCase = !IsTrue(given[0]);
        string by = given[1] switch { null => "key", StringValue text => text.Text, _ => "" };
        if (by is not ("key" or "value")) throw new Failure("You can only sort by either \"key\" or \"value\"");
        if (input is UndefinedValue undefined) throw undefined.Fail();
        if (input is not DictValue dict) throw new Failure($"'{input.TypeName}' object has no attribute 'items'");
        List<KeyValuePair<Value, Value>> sorted = Sequences.Sort(
            dict.Entries,
            entry => ignoreCase ? Attributes.IgnoreCase(Chosen(entry)) : Chosen(entry),
            Numbers.ToFlag(given[2]),
            e.Budget);
        return new ListValue([.. sorted.Select(entry => new TupleValue([entry.Key, entry.Value]))]);

        Value Chosen(KeyValuePair<Value, Value> entry) => by == "key" ? entry.Key : entry.Value;
    }

    public static Value GroupBy(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("groupby", 1, "attribute", "default", "case_sensitive");
        bool ignoreCase = !IsTrue(given[2]);
        Func<Value, Value> key = Attributes.Getter(e, given[0], given[1], ignoreCase);
        Func<Value, Value> label = Attributes.Getter(e, given[0], given[1]);
        var groups = new List<Value>();
        List<Value>? group = null;
        Value? current = null;
        foreach (Value item in Sequences.Sort(Sequences.Iterate(input, e.Budget), key, reverse: false, e.Budget))
        {
            Value itemKey = key(item);
            if (group is null || !Comparison.AreEqual(current!, itemKey, e.Budget))
            {
                group = [];
                current = itemKey;
                groups.Add(new TupleValue([ignoreCase ? label(item) : itemKey, new ListValue(group)], ["grouper", "list"]));
            }
            group.Add(item);
        }
        return new ListValue(groups);
    }

    public static Value Unique(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("unique", 0, "case_sensitive", "attribute");
        return new GeneratorValue(Generate());

        IEnumerable<Value> Generate()
        {
            Func<Value, Value> key = Attributes.Getter(e, given[1], ignoreCase: !IsTrue(given[0]));
            var seen = new HashSet<Value>(KeyComparer.Instance);
            foreach (Value item in Sequences.Iterate(input, e.Budget))
            {
                Value itemKey = key(item);
                KeyComparer.RequireHashable(itemKey);
                if (seen.Add(itemKey)) yield return item;
            }
        }
    }

    public static Value Min(Evaluator e, Value input, CallArguments arguments) => Extreme(e, "min", input, arguments, CompareOperator.Less);

    public static Value Max(Evaluator e, Value input, CallArguments arguments) =>
        Extreme(e, "max", input, arguments, CompareOperator.Greater);

    private static Value Extreme(Evaluator e, string name, Value input, CallArguments arguments, CompareOperator better)
    {
        Value?[] given = arguments.Bind(name, 0, "case_sensitive", "attribute");
        Func<Value, Value> key = Attributes.Getter(e, given[1], ignoreCase: !IsTrue(given[0]));
        Value? best = null, bestKey = null;
        foreach (Value item in Sequences.Iterate(input, e.Budget))
        {
            Value itemKey = key(item);
            if (best is not null && !Comparison.IsOrdered(better, itemKey, bestKey!, e.Budget)) continue;
            best = item;
            bestKey = itemKey;
        }
        return best ?? new UndefinedValue("No aggregated item, sequence was empty.");
    }

    private static bool IsTrue(Value? value) => value is { IsTrue: true };
}
