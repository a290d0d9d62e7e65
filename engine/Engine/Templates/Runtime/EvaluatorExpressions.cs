using System.Text;

namespace Engine.Templates;

/// <summary>The part of the evaluator that computes expressions.</summary>
internal sealed partial class Evaluator
{
    private Value Evaluate(Expression expression, Scope scope)
    {
        Budget.Step();
        StackGuard.Ensure();
        Line = expression.Line;
        switch (expression)
        {
            case LiteralExpression literal: return literal.Value;
            case NameExpression name: return scope.Find(name.Name) ?? Globals.Find(name.Name) ?? UndefinedValue.Name(name.Name);
            case AttributeExpression attribute:
                Value target = Evaluate(attribute.Target, scope);
                Line = expression.Line;
                return Access.Attribute(target, attribute.Name, this);
            case ItemExpression item: return EvaluateItem(item, scope);
            case CallExpression call: return EvaluateCall(call, scope, null);
            case FilterExpression filter: return ApplyFilters(filter, null, scope);
            case TestExpression test: return BooleanValue.Of(EvaluateTest(test, scope));
            case CompareExpression compare: return EvaluateCompare(compare, scope);
            case LogicalExpression logical:
                Value left = Evaluate(logical.Left, scope);
                return left.IsTrue == logical.IsAnd ? Evaluate(logical.Right, scope) : left;
            case NotExpression not: return BooleanValue.Of(!Evaluate(not.Operand, scope).IsTrue);
            case ConditionalExpression conditional: return EvaluateConditional(conditional, scope);
            case BinaryExpression binary: return EvaluateBinary(binary, scope);
            case ConcatExpression concat: return EvaluateConcat(concat, scope);
            case SliceExpression slice: return EvaluateSlice(slice, scope);
            case ListExpression list: return new ListValue([.. EvaluateAll(list.Items, scope)]);
            case TupleExpression tuple: return new TupleValue(EvaluateAll(tuple.Items, scope));
            case DictExpression dict: return EvaluateDict(dict, scope);
            case SignExpression sign: return Arithmetic.Sign(sign.Negative, Evaluate(sign.Operand, scope));
            default: throw new InvalidOperationException($"No expression: {expression.GetType().Name}");
        }
    }

    private Value[] EvaluateAll(Expression[] expressions, Scope scope)
    {
        var values = new Value[expressions.Length];
        for (int i = 0; i < values.Length; i++) values[i] = Evaluate(expressions[i], scope);
        return values;
    }

    private Value EvaluateItem(ItemExpression item, Scope scope)
    {
        Value target = Evaluate(item.Target, scope);
        Value index = Evaluate(item.Index, scope);
        Line = item.Line;
        return Access.Item(target, index, this);
    }

    private Value EvaluateSlice(SliceExpression slice, Scope scope)
    {
        Value target = Evaluate(slice.Target, scope);
        Value? start = slice.Start is null ? null : Evaluate(slice.Start, scope);
        Value? stop = slice.Stop is null ? null : Evaluate(slice.Stop, scope);
        Value? step = slice.Step is null ? null : Evaluate(slice.Step, scope);
        Line = slice.Line;
        return Sequences.Slice(target, start, stop, step, Budget);
    }

    private DictValue EvaluateDict(DictExpression expression, Scope scope)
    {
        var dict = new DictValue();
        foreach ((Expression key, Expression value) in expression.Items) dict.Set(Evaluate(key, scope), Evaluate(value, scope));
        return dict;
    }

    private Value EvaluateConditional(ConditionalExpression conditional, Scope scope)
    {
        if (Evaluate(conditional.Test, scope).IsTrue) return Evaluate(conditional.Then, scope);
        return conditional.Otherwise is not null
            ? Evaluate(conditional.Otherwise, scope)
            : new UndefinedValue(
                $"the inline if-expression on line {conditional.Line} evaluated to false and no else section was defined.");
    }

    private Value EvaluateBinary(BinaryExpression binary, Scope scope)
    {
        Value left = Evaluate(binary.Left, scope);
        Value right = Evaluate(binary.Right, scope);
        Line = binary.Line;
        return Arithmetic.Apply(binary.Operator, left, right, Budget);
    }

    private StringValue EvaluateConcat(ConcatExpression concat, Scope scope)
    {
        var text = new StringBuilder();
        foreach (Expression operand in concat.Operands)
        {
            string part = PythonRepr.Text(Evaluate(operand, scope), Budget);
            Budget.Output((long)text.Length + part.Length, part.Length);
            text.Append(part);
        }
        return new StringValue(text.ToString());
    }

    private BooleanValue EvaluateCompare(CompareExpression compare, Scope scope)
    {
        Value left = Evaluate(compare.First, scope);
        foreach ((CompareOperator operation, Expression operand) in compare.Rest)
        {
            Value right = Evaluate(operand, scope);
            Line = compare.Line;
            if (!Comparison.Compare(operation, left, right, Budget)) return BooleanValue.False;
            left = right;
        }
        return BooleanValue.True;
    }

    private bool EvaluateTest(TestExpression test, Scope scope)
    {
        Value input = Evaluate(test.Input, scope);
        CallArguments arguments = EvaluateArguments(test.Arguments, scope, null);
        Line = test.Line;
        return ApplyTest(test.Name, input, arguments);
    }

    /// <summary>A chain of filters; <paramref name="blockText"/> is the input of the innermost where it has none of its own.</summary>
    private Value ApplyFilters(FilterExpression filter, Value? blockText, Scope scope)
    {
        Value input = filter.Input switch
        {
            null => blockText!,
            FilterExpression inner => ApplyFilters(inner, blockText, scope),
            Expression other => Evaluate(other, scope),
        };
        Budget.Step();
        CallArguments arguments = EvaluateArguments(filter.Arguments, scope, null);
        Line = filter.Line;
        return ApplyFilter(filter.Name, input, arguments);
    }

    public Value ApplyFilter(string name, Value input, CallArguments arguments)
    {
        StackGuard.Ensure();
        return FilterTable.Find(name, Options.Lenient) is { } filter
            ? filter(this, input, arguments)
            : throw new Failure($"No filter named '{name}' found.");
    }

    public bool ApplyTest(string name, Value input, CallArguments arguments) => TestTable.Find(name) is { } test
        ? test(this, input, arguments)
        : throw new Failure($"No test named '{name}' found.");

    private CallArguments EvaluateArguments(ArgumentExpressions arguments, Scope scope, KeyValuePair<string, Value>? extra)
    {
        if (ReferenceEquals(arguments, ArgumentExpressions.None) && extra is null) return CallArguments.None;
        var positional = new List<Value>(EvaluateAll(arguments.Positional, scope));
        var named = new List<KeyValuePair<string, Value>>(arguments.Named.Length);
        foreach ((string name, Expression value) in arguments.Named) named.Add(new(name, Evaluate(value, scope)));
        if (arguments.Spread is not null) positional.AddRange(Sequences.Iterate(Evaluate(arguments.Spread, scope), Budget));
        if (extra is { } pair)
        {
            if (named.Exists(other => other.Key == pair.Key)) throw new Failure($"keyword argument repeated: {pair.Key}");
            named.Add(pair);
        }
        if (arguments.NamedSpread is not null) AddNamedSpread(named, Evaluate(arguments.NamedSpread, scope));
        return new CallArguments([.. positional], [.. named]);
    }

    private static void AddNamedSpread(List<KeyValuePair<string, Value>> named, Value spread)
    {
        if (spread is not DictValue dict) throw new Failure($"argument after ** must be a mapping, not {spread.TypeName}");
        foreach ((Value key, Value value) in dict.Entries)
        {
            if (key is not StringValue name) throw new Failure("keywords must be strings");
            if (named.Exists(pair => pair.Key == name.Text))
            {
                throw new Failure($"got multiple values for keyword argument '{name.Text}'");
            }
            named.Add(new(name.Text, value));
        }
    }
}
