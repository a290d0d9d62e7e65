using System.Collections.Frozen;
using System.Numerics;
using System.Text;

namespace Engine.Templates;

/// <summary>A test: whether <c>input is name(arguments)</c>.</summary>
internal delegate bool Test(Evaluator evaluator, Value input, CallArguments arguments);

/// <summary>The tests of Jinja2 3.1.6.</summary>
internal static class TestTable
{
    private static readonly FrozenDictionary<string, Test> Tests = new Dictionary<string, Test>
    {
        ["odd"] = (e, value, a) => HasRemainder(e, value, a, 1),
        ["even"] = (e, value, a) => HasRemainder(e, value, a, 0),
        ["divisibleby"] = (e, value, a) => IsDivisible(e, value, a.Bind("divisibleby", 1, "num")[0]!),
        ["defined"] = Plain(value => value is not UndefinedValue),
        ["undefined"] = Plain(value => value is UndefinedValue),
        ["filter"] = (e, value, a) => None(a) && IsName(value, out string name) && FilterTable.Find(name, e.Options.Lenient) is not null,
        ["test"] = (_, value, a) => None(a) && IsName(value, out string name) && Contains(name),
        ["none"] = Plain(value => value is NoneValue),
        ["boolean"] = Plain(value => value is BooleanValue),
        ["true"] = Plain(value => value == BooleanValue.True),
        ["false"] = Plain(value => value == BooleanValue.False),
        ["integer"] = Plain(value => value is IntegerValue),
        ["float"] = Plain(value => value is FloatValue),
        ["number"] = Plain(Numbers.IsNumber),
        ["string"] = Plain(value => value is StringValue),
        ["mapping"] = Plain(value => value is DictValue),
        ["sequence"] = Plain(value => value is StringValue or ListValue or TupleValue or DictValue or RangeValue or UndefinedValue),
        ["iterable"] = Plain(Sequences.IsIterable),
        ["callable"] = Plain(value => value is FunctionValue or MacroValue or JoinerValue or LoopValue or UndefinedValue),
        ["escaped"] = Plain(value => value is StringValue { IsMarkup: true }),
        ["lower"] = (e, value, a) => None(a) && StringMethods.IsLower(PythonRepr.Text(value, e.Budget)),
        ["upper"] = (e, value, a) => None(a) && StringMethods.IsUpper(PythonRepr.Text(value, e.Budget)),
        ["sameas"] = (_, value, a) => IsSame(value, a.Bind("sameas", 1, "other")[0]!),
        ["in"] = (e, value, a) => Comparison.Contains(a.Bind("in", 1, "seq")[0]!, value, e.Budget),
        ["eq"] = Compare(CompareOperator.Equal),
        ["equalto"] = Compare(CompareOperator.Equal),
        ["=="] = Compare(CompareOperator.Equal),
        ["ne"] = Compare(CompareOperator.NotEqual),
        ["!="] = Compare(CompareOperator.NotEqual),
        ["gt"] = Compare(CompareOperator.Greater),
        ["greaterthan"] = Compare(CompareOperator.Greater),
        [">"] = Compare(CompareOperator.Greater),
        ["ge"] = Compare(CompareOperator.GreaterOrEqual),
        [">="] = Compare(CompareOperator.GreaterOrEqual),
        ["lt"] = Compare(CompareOperator.Less),
        ["lessthan"] = Compare(CompareOperator.Less),
        ["<"] = Compare(CompareOperator.Less),
        ["le"] = Compare(CompareOperator.LessOrEqual),
        ["<="] = Compare(CompareOperator.LessOrEqual),
    }.ToFrozenDictionary();

    public static bool Contains(string name) => Tests.ContainsKey(name);

    public static Test? Find(string name) => Tests.GetValueOrDefault(name);

    private static bool None(CallArguments arguments)
    {
        arguments.Bind("test", 0);
        return true;
    }

    /// <exception cref="Failure">The value has no hash, so that it cannot be looked up.</exception>
    private static bool IsName(Value value, out string name)
    {
        KeyComparer.RequireHashable(value);
        name = (value as StringValue)?.Text ?? "";
        return value is StringValue;
    }

    private static Test Plain(Func<Value, bool> test) => (_, value, arguments) => None(arguments) && test(value);

    private static Test Compare(CompareOperator operation) =>
        (e, value, a) => Comparison.Compare(operation, value, a.Bind("test", 1, "/other")[0]!, e.Budget);

    private static bool HasRemainder(Evaluator evaluator, Value value, CallArguments arguments, int remainder)
    {
        None(arguments);
        Value rest = Arithmetic.Apply(BinaryOperator.Modulo, value, new IntegerValue(2), evaluator.Budget);
        return Comparison.AreEqual(rest, new IntegerValue(remainder), evaluator.Budget);
    }

    private static bool IsDivisible(Evaluator evaluator, Value value, Value divisor)
    {
        Value rest = Arithmetic.Apply(BinaryOperator.Modulo, value, divisor, evaluator.Budget);
        return Comparison.AreEqual(rest, new IntegerValue(0), evaluator.Budget);
    }

    /// <summary>Identity: Python keeps one object for each small integer and each short constant string.</summary>
    private static bool IsSame(Value left, Value right)
    {
        if (left is IntegerValue a && right is IntegerValue b) return a.Number == b.Number;
        if (left is StringValue x && right is StringValue y && x.IsMarkup == y.IsMarkup) return x.Text == y.Text;
        return ReferenceEquals(left, right);
    }
}
