namespace Engine.Templates;

/// <summary>Filters that apply another filter or a test to each item; lazily, as Jinja2's generators do.</summary>
internal static class SelectFilters
{
    public static Value Map(Evaluator e, Value input, CallArguments arguments)
    {
        return new GeneratorValue(Generate());

        IEnumerable<Value> Generate()
        {
            if (!input.IsTrue) yield break;
            Func<Value, Value> map = Mapping(e, arguments);
            foreach (Value item in Sequences.Iterate(input, e.Budget)) yield return map(item);
        }
    }

    public static Value Select(Evaluator e, Value input, CallArguments arguments) => Choose(e, input, arguments, true, false);

    public static Value Reject(Evaluator e, Value input, CallArguments arguments) => Choose(e, input, arguments, false, false);

    public static Value SelectAttribute(Evaluator e, Value input, CallArguments arguments) => Choose(e, input, arguments, true, true);

    public static Value RejectAttribute(Evaluator e, Value input, CallArguments arguments) => Choose(e, input, arguments, false, true);

    private static Func<Value, Value> Mapping(Evaluator e, CallArguments arguments)
    {
        if (arguments.Positional.Length == 0 && Array.Exists(arguments.Named, pair => pair.Key == "attribute"))
        {
            Value?[] given = arguments.Bind("map", 0, "/", "attribute", "default");
            return Attributes.Getter(e, given[1], given[2]);
        }
        if (arguments.Positional.Length == 0) throw new Failure("map requires a filter argument");
        string name = arguments.Positional[0] is StringValue text ? text.Text : PythonRepr.Short(arguments.Positional[0]);
        CallArguments rest = arguments.Skip(1);
        return item => e.ApplyFilter(name, item, rest);
    }

    private static GeneratorValue Choose(Evaluator e, Value input, CallArguments arguments, bool keep, bool byAttribute)
    {
        return new GeneratorValue(Generate());

        IEnumerable<Value> Generate()
        {
            if (!input.IsTrue) yield break;
            Func<Value, bool> test = Condition(e, arguments, byAttribute);
            foreach (Value item in Sequences.Iterate(input, e.Budget))
            {
                if (test(item) == keep) yield return item;
            }
        }
    }

    private static Func<Value, bool> Condition(Evaluator e, CallArguments arguments, bool byAttribute)
    {
        Func<Value, Value> getter = item => item;
        int used = 0;
        if (byAttribute)
        {
            if (arguments.Positional.Length == 0) throw new Failure("Missing parameter for attribute name");
            getter = Attributes.Getter(e, arguments.Positional[0]);
            used = 1;
        }
        if (arguments.Positional.Length == used) return item => getter(item).IsTrue;
        string name = arguments.Positional[used] is StringValue text ? text.Text : PythonRepr.Short(arguments.Positional[used]);
        CallArguments rest = arguments.Skip(used + 1);
        return item => e.ApplyTest(name, getter(item), rest);
    }
}
