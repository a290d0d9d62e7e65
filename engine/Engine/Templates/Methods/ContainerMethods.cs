namespace Engine.Templates;

/// <summary>The methods of dictionaries; those that change one are hidden.</summary>
internal static class DictMethods
{
    public static Value? Find(DictValue self, string name) => name switch
    {
        "items" => View(self, name, DictViewKind.Items),
        "keys" => View(self, name, DictViewKind.Keys),
        "values" => View(self, name, DictViewKind.Values),
        "get" => Method(name, (_, arguments) =>
        {
            Value?[] given = arguments.Bind("get", 1, "/key", "/default");
            return self.TryGet(given[0]!, out Value value) ? value : given[1] ?? NoneValue.Instance;
        }),
        "copy" => Method(name, (e, arguments) =>
        {
            arguments.Bind("copy", 0);
            e.Budget.Step(self.Entries.Count);
            return self.Copy();
        }),
        "fromkeys" => Method(name, FromKeys),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => UndefinedValue.Unsafe(self, name),
        _ => null,
    };

    private static FunctionValue Method(string name, Func<Evaluator, CallArguments, Value> body) =>
        new(name, body, "builtin_function_or_method");

    private static FunctionValue View(DictValue self, string name, DictViewKind kind) => Method(name, (_, arguments) =>
    {
        arguments.Bind(name, 0);
        return new DictViewValue(self, kind);
    });

    private static DictValue FromKeys(Evaluator e, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("fromkeys", 1, "/iterable", "/value");
        var result = new DictValue();
        foreach (Value key in Sequences.Iterate(given[0]!, e.Budget)) result.Set(key, given[1] ?? NoneValue.Instance);
        return result;
    }
}

/// <summary>The methods of lists; those that change one are hidden, but for <c>append</c> and <c>pop</c> in a lenient render.</summary>
internal static class ListMethods
{
    public static Value? Find(ListValue self, string name, Evaluator evaluator) => name switch
    {
        "index" or "count" => TupleMethods.Search(self.Items, name, "list"),
        "copy" => new FunctionValue(name, (e, arguments) =>
        {
            arguments.Bind("copy", 0);
            e.Budget.Step(self.Items.Count);
            return new ListValue([.. self.Items]);
        }, "builtin_function_or_method"),
        "append" when evaluator.Options.Lenient => new FunctionValue(name, (e, arguments) =>
        {
            e.Budget.Step();
            self.Items.Add(arguments.Bind("append", 1, "/object")[0]!);
            return NoneValue.Instance;
        }, "builtin_function_or_method"),
        "pop" when evaluator.Options.Lenient => new FunctionValue(name, (_, arguments) => Pop(self, arguments), "builtin_function_or_method"),
        "append" or "clear" or "pop" or "reverse" or "insert" or "sort" or "extend" or "remove" => UndefinedValue.Unsafe(self, name),
        _ => null,
    };

    private static Value Pop(ListValue self, CallArguments arguments)
    {
        int index = arguments.Bind("pop", 0, "/index")[0] is { } given ? Numbers.ToInt32(given) : -1;
        if (index < 0) index += self.Items.Count;
        if (index < 0 || index >= self.Items.Count) throw new Failure("pop index out of range");
        Value item = self.Items[index];
        self.Items.RemoveAt(index);
        return item;
    }
}

/// <summary>The methods of tuples, and the fields of named ones.</summary>
internal static class TupleMethods
{
    public static Value? Find(TupleValue self, string name)
    {
        if (self.Fields is not null && Array.IndexOf(self.Fields, name) is >= 0 and int field) return self.Items[field];
        return name is "index" or "count" ? Search(self.Items, name, "tuple") : null;
    }

    public static Value Search(IReadOnlyList<Value> items, string name, string type) => new FunctionValue(name, (e, arguments) =>
    {
        if (name == "count")
        {
            Value counted = arguments.Bind("count", 1, "/value")[0]!;
            return new IntegerValue(items.Count(item => Comparison.AreEqual(item, counted, e.Budget)));
        }
        Value?[] given = arguments.Bind("index", 1, "/value", "/start", "/stop");
        int start = Bound(given[1], 0), stop = Bound(given[2], items.Count);
        for (int i = start; i < Math.Min(stop, items.Count); i++)
        {
            if (Comparison.AreEqual(items[i], given[0]!, e.Budget)) return new IntegerValue(i);
        }
        throw new Failure($"{type}.index(x): x not in {type}");

        int Bound(Value? value, int absent)
        {
            if (value is null) return absent;
            int bound = Numbers.ToInt32(value);
            return bound < 0 ? Math.Max(0, bound + items.Count) : bound;
        }
    }, "builtin_function_or_method");
}

/// <summary>What the variable <c>loop</c> knows.</summary>
internal static class LoopMethods
{
    public static Value? Find(LoopValue self, string name) => name switch
    {
        "index" => new IntegerValue(self.Index0 + 1),
        "index0" => new IntegerValue(self.Index0),
        "revindex" => new IntegerValue(self.Length - self.Index0),
        "revindex0" => new IntegerValue(self.Length - self.Index0 - 1),
        "first" => BooleanValue.Of(self.Index0 == 0),
        "last" => BooleanValue.Of(self.Peek() is null),
        "length" => new IntegerValue(self.Length),
        "depth" => new IntegerValue(self.Depth + 1),
        "depth0" => new IntegerValue(self.Depth),
        "previtem" => self.Previous ?? new UndefinedValue("there is no previous item"),
        "nextitem" => self.Peek() ?? new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue(name, (_, arguments) => arguments.Positional.Length > 0
            ? arguments.Positional[self.Index0 % arguments.Positional.Length]
            : throw new Failure("no items for cycling given")),
        "changed" => new FunctionValue(name, (e, arguments) =>
        {
            var values = new TupleValue(arguments.Positional);
            bool changed = self.LastChanged is null || !Comparison.AreEqual(self.LastChanged, values, e.Budget);
            self.LastChanged = values;
            return BooleanValue.Of(changed);
        }),
        _ => null,
    };
}
