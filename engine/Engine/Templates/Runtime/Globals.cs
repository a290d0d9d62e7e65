using System.Collections.Frozen;
using System.Numerics;

namespace Engine.Templates;

/// <summary>The functions that every template can call.</summary>
internal static class Globals
{
    private static readonly FrozenDictionary<string, FunctionValue> Functions = new FunctionValue[]
    {
        new("range", Range),
        new("dict", (evaluator, arguments) => Dict(evaluator, arguments), "type"),
        new("namespace", Namespace, "type", "jinja2.utils.Namespace"),
        new("cycler", Cycler, "type", "jinja2.utils.Cycler"),
        new("joiner", (_, arguments) => new JoinerValue(arguments.Bind("joiner", 0, "sep")[0] ?? new StringValue(", ")), "type",
            "jinja2.utils.Joiner"),
        new("lipsum", (_, _) => throw new Failure("lipsum makes random text, which a prompt cannot use: it is not supported")),
        new("raise_exception", RaiseException),
        new("strftime_now", StrftimeNow),
    }.ToFrozenDictionary(function => function.Name);

    public static Value? Find(string name) => Functions.GetValueOrDefault(name);

    private static RangeValue Range(Evaluator evaluator, CallArguments arguments)
    {
        Value[] given = arguments.Positional;
        if (arguments.Named.Length > 0) throw new Failure("range() takes no keyword arguments");
        if (given.Length is 0 or > 3) throw new Failure($"range expected 1 to 3 arguments, got {given.Length}");
        BigInteger start = given.Length == 1 ? 0 : Argument(given[0]);
        BigInteger stop = Argument(given[given.Length == 1 ? 0 : 1]);
        BigInteger step = given.Length == 3 ? Argument(given[2]) : 1;
        if (step.IsZero) throw new Failure("range() arg 3 must not be zero");
        BigInteger length = step > 0 ? (stop - start + step - 1) / step : (start - stop - step - 1) / -step;
        if (length > RangeValue.MaxLength)
        {
            throw new Failure($"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({RangeValue.MaxLength}).");
        }
        if (BigInteger.Abs(start) > long.MaxValue / 4 || BigInteger.Abs(stop) > long.MaxValue / 4 || BigInteger.Abs(step) > 1L << 40)
        {
            throw new Failure("the bounds of a range are too large");
        }
        return new RangeValue((long)start, (long)stop, (long)step, (int)BigInteger.Max(0, length));
    }

    private static BigInteger Argument(Value value) => Numbers.TryInteger(value, out BigInteger number)
        ? number
        : throw new Failure($"'{value.TypeName}' object cannot be interpreted as an integer");

    private static DictValue Dict(Evaluator evaluator, CallArguments arguments)
    {
        if (arguments.Positional.Length > 1) throw new Failure($"dict expected at most 1 argument, got {arguments.Positional.Length}");
        DictValue result;
        switch (arguments.Positional.Length == 1 ? arguments.Positional[0] : null)
        {
            case DictValue dict:
                evaluator.Budget.Step(dict.Entries.Count);
                result = dict.Copy();
                break;
            case UndefinedValue undefined: throw undefined.Fail();
            case { } pairs:
                result = new DictValue();
                foreach (Value pair in Sequences.Iterate(pairs, evaluator.Budget))
                {
                    Value[] items = [.. Sequences.Iterate(pair, evaluator.Budget).Take(3)];
                    if (items.Length != 2) throw new Failure("dictionary update sequence element needs length 2");
                    result.Set(items[0], items[1]);
                }
                break;
            default:
                result = new DictValue();
                break;
        }
        foreach ((string name, Value value) in arguments.Named) result.Set(name, value);
        return result;
    }

    private static NamespaceValue Namespace(Evaluator evaluator, CallArguments arguments)
    {
        DictValue attributes = Dict(evaluator, arguments);
        foreach ((Value key, _) in attributes.Entries)
        {
            if (key is StringValue name) NamespaceValue.CheckName(name.Text);
        }
        return new NamespaceValue(attributes);
    }

    private static CyclerValue Cycler(Evaluator evaluator, CallArguments arguments)
    {
        if (arguments.Named.Length > 0) throw new Failure("cycler() takes no keyword arguments");
        if (arguments.Positional.Length == 0) throw new Failure("at least one item has to be provided");
        return new CyclerValue(arguments.Positional);
    }

    private static Value RaiseException(Evaluator evaluator, CallArguments arguments)
    {
        Value message = arguments.Bind("raise_exception", 1, "message")[0]!;
        throw new Failure(PythonRepr.Text(message, evaluator.Budget), raisedByTemplate: true);
    }

    private static StringValue StrftimeNow(Evaluator evaluator, CallArguments arguments)
    {
        Value format = arguments.Bind("strftime_now", 1, "format")[0]!;
        if (format is not StringValue text) throw new Failure($"strftime() argument 1 must be str, not {format.TypeName}");
        return new StringValue(evaluator.Budget.Text(Strftime.Format(text.Text, evaluator.Options.Now ?? DateTime.Now)));
    }
}
