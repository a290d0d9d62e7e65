using System.Text;

namespace Engine.Templates;

/// <summary>Filters on sequences that keep the order of the items.</summary>
internal static class SequenceFilters
{
    public static Value Length(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("length", 0);
        return Sequences.Length(input) is { } length
            ? new IntegerValue(length)
            : throw new Failure($"object of type '{input.TypeName}' has no len()");
    }

    public static Value First(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("first", 0);
        return Sequences.Iterate(input, e.Budget).FirstOrDefault() ?? new UndefinedValue("No first item, sequence was empty.");
    }

    public static Value Last(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("last", 0);
        IEnumerable<Value> reversed = Sequences.Reversed(input)
            ?? throw new Failure($"'{input.TypeName}' object is not reversible");
        return reversed.FirstOrDefault() ?? new UndefinedValue("No last item, sequence was empty.");
    }

    public static Value Random(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("random", 0);
        if (Sequences.Length(input) is not { } length) throw new Failure($"object of type '{input.TypeName}' has no len()");
        if (length == 0) return new UndefinedValue("No random item, sequence was empty.");
        return Access.Item(input, new IntegerValue(System.Random.Shared.Next(length)), e);
    }

    public static Value List(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("list", 0);
        return new ListValue([.. Sequences.Iterate(input, e.Budget)]);
    }

    public static Value Reverse(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("reverse", 0);
        if (input is StringValue text)
        {
            return new StringValue(e.Budget.Text(string.Concat(PythonText.CodePoints(text.Text).Reverse())), text.IsMarkup);
        }
        if (Sequences.Reversed(input) is { } reversed) return new GeneratorValue(reversed, "list_reverseiterator");
        if (!Sequences.IsIterable(input)) throw new Failure("argument must be iterable");
        var items = new List<Value>(Sequences.Iterate(input, e.Budget));
        items.Reverse();
        return new ListValue(items);
    }

    public static Value Join(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("join", 0, "d", "attribute");
        IEnumerable<Value> items = Sequences.Iterate(input, e.Budget);
        if (given[1] is not (null or NoneValue)) items = items.Select(Attributes.Getter(e, given[1]));
        string separator = given[0] is null ? "" : PythonRepr.Text(given[0]!, e.Budget);
        return new StringValue(Join(e.Budget, separator, items.Select(item => PythonRepr.Text(item, e.Budget))));
    }

    /// <summary>Joins texts, charging them as they come.</summary>
    public static string Join(Budget budget, string separator, IEnumerable<string> parts)
    {
        var result = new StringBuilder();
        bool first = true;
        foreach (string part in parts)
        {
            int added = part.Length + (first ? 0 : separator.Length);
            budget.Output((long)result.Length + added, added);
            if (!first) result.Append(separator);
            first = false;
            result.Append(part);
        }
        return result.ToString();
    }

    public static Value Items(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("items", 0);
        return new GeneratorValue(Generate());

        IEnumerable<Value> Generate()
        {
            if (input is UndefinedValue) yield break;
            if (input is not DictValue dict) throw new Failure("Can only get item pairs from a mapping.");
            foreach ((Value key, Value value) in dict.Entries) yield return new TupleValue([key, value]);
        }
    }

    public static Value Default(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("default", 0, "default_value", "boolean");
        bool replace = input is UndefinedValue || (given[1] is { IsTrue: true } && !input.IsTrue);
        return replace ? given[0] ?? StringValue.Empty : input;
    }

    public static Value Attr(Evaluator e, Value input, CallArguments arguments)
    {
        Value name = arguments.Bind("attr", 1, "name")[0]!;
        if (name is not StringValue text) throw new Failure("attribute name must be string, not '" + name.TypeName + "'");
        if (input is UndefinedValue undefined) throw undefined.Fail();
        return Access.HasMember(input, text.Text, e) ? Access.Attribute(input, text.Text, e) : UndefinedValue.Member(input, text);
    }

    public static Value Batch(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("batch", 1, "linecount", "fill_with");
        int size = Numbers.ToInt32(given[0]!);
        Value? fill = given[1] is NoneValue ? null : given[1];
        return new GeneratorValue(Generate());

        IEnumerable<Value> Generate()
        {
            var batch = new List<Value>();
            foreach (Value item in Sequences.Iterate(input, e.Budget))
            {
                if (batch.Count == size)
                {
                    yield return new ListValue(batch);
                    batch = [];
                }
                batch.Add(item);
            }
            if (batch.Count == 0) yield break;
            if (fill is not null && batch.Count < size)
            {
                e.Budget.Step(size);
                while (batch.Count < size) batch.Add(fill);
            }
            yield return new ListValue(batch);
        }
    }

    public static Value Slice(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("slice", 1, "slices", "fill_with");
        int slices = Numbers.ToInt32(given[0]!);
        Value? fill = given[1] is NoneValue ? null : given[1];
        return new GeneratorValue(Generate());

        IEnumerable<Value> Generate()
        {
            Value[] items = [.. Sequences.Iterate(input, e.Budget)];
            if (slices == 0) throw new Failure("integer division or modulo by zero");
            int perSlice = slices > 0 ? items.Length / slices : 0, longer = slices > 0 ? items.Length % slices : 0;
            int start = 0;
            for (int i = 0; i < slices; i++)
            {
                e.Budget.Step();
                int end = start + perSlice + (i < longer ? 1 : 0);
                var slice = new List<Value>(items[start..end]);
                if (fill is not null && i >= longer) slice.Add(fill);
                yield return new ListValue(slice);
                start = end;
            }
        }
    }
}
