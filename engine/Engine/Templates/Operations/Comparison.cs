namespace Engine.Templates;

/// <summary>Python's comparisons.</summary>
internal static class Comparison
{
    public static bool Compare(CompareOperator operation, Value left, Value right, Budget budget) => operation switch
    {
        CompareOperator.Equal => AreEqual(left, right, budget),
        CompareOperator.NotEqual => !AreEqual(left, right, budget),
        CompareOperator.In => Contains(right, left, budget),
        CompareOperator.NotIn => !Contains(right, left, budget),
        _ => IsOrdered(operation, left, right, budget),
    };

    /// <summary><c>left == right</c>. The budget is null where the values are too small to count.</summary>
    public static bool AreEqual(Value left, Value right, Budget? budget)
    {
        budget?.Step();
        if (Numbers.IsNumber(left) && Numbers.IsNumber(right)) return Numbers.Compare(left, right) == 0;
        switch (left)
        {
            case StringValue text: return right is StringValue other && text.Text == other.Text;
            case UndefinedValue: return right is UndefinedValue;
            case ListValue list: return right is ListValue otherList && AreEqual(list.Items, otherList.Items, budget);
            case TupleValue tuple: return right is TupleValue otherTuple && AreEqual(tuple.Items, otherTuple.Items, budget);
            case DictValue dict: return right is DictValue otherDict && AreEqual(dict, otherDict, budget);
            case RangeValue range: return right is RangeValue otherRange && AreEqual(range, otherRange);
            case DictViewValue { Kind: not DictViewKind.Values } view:
                return right is DictViewValue { Kind: not DictViewKind.Values } otherView
                    && view.Dict.Entries.Count == otherView.Dict.Entries.Count
                    && Sequences.Items(view).All(item => Contains(otherView, item, budget));
            default: return ReferenceEquals(left, right);
        }
    }

    private static bool AreEqual(IReadOnlyList<Value> left, IReadOnlyList<Value> right, Budget? budget)
    {
        StackGuard.Ensure();
        if (left.Count != right.Count) return false;
        for (int i = 0; i < left.Count; i++)
        {
            if (!ReferenceEquals(left[i], right[i]) && !AreEqual(left[i], right[i], budget)) return false;
        }
        return true;
    }

    private static bool AreEqual(DictValue left, DictValue right, Budget? budget)
    {
        StackGuard.Ensure();
        if (left.Entries.Count != right.Entries.Count) return false;
        foreach ((Value key, Value value) in left.Entries)
        {
            if (!right.TryGet(key, out Value other)) return false;
            if (!ReferenceEquals(value, other) && !AreEqual(value, other, budget)) return false;
        }
        return true;
    }

    private static bool AreEqual(RangeValue left, RangeValue right) =>
        left.Length == right.Length
        && (left.Length == 0 || (left.Start == right.Start && (left.Length == 1 || left.Step == right.Step)));

    /// <summary>An order: fails for values that Python cannot order.</summary>
    public static bool IsOrdered(CompareOperator operation, Value left, Value right, Budget budget)
    {
        budget.Step();
        int? order;
        if (Numbers.IsNumber(left) && Numbers.IsNumber(right)) order = Numbers.Compare(left, right);
        else if (left is StringValue a && right is StringValue b) order = PythonText.Compare(a.Text, b.Text);
        else if (left is ListValue x && right is ListValue y) return IsOrdered(operation, x.Items, y.Items, budget);
        else if (left is TupleValue p && right is TupleValue q) return IsOrdered(operation, p.Items, q.Items, budget);
        else throw Unordered(operation, left, right);
        return operation switch
        {
            CompareOperator.Less => order < 0,
            CompareOperator.LessOrEqual => order <= 0,
            CompareOperator.Greater => order > 0,
            _ => order >= 0,
        };
    }

    public static bool IsLess(Value left, Value right, Budget budget) => IsOrdered(CompareOperator.Less, left, right, budget);

    private static bool IsOrdered(CompareOperator operation, IReadOnlyList<Value> left, IReadOnlyList<Value> right, Budget budget)
    {
        StackGuard.Ensure();
        int length = Math.Min(left.Count, right.Count);
        for (int i = 0; i < length; i++)
        {
            if (ReferenceEquals(left[i], right[i]) || AreEqual(left[i], right[i], budget)) continue;
            return IsOrdered(operation, left[i], right[i], budget);
        }
        return operation switch
        {
            CompareOperator.Less => left.Count < right.Count,
            CompareOperator.LessOrEqual => left.Count <= right.Count,
            CompareOperator.Greater => left.Count > right.Count,
            _ => left.Count >= right.Count,
        };
    }

    private static Failure Unordered(CompareOperator operation, Value left, Value right)
    {
        if (left is UndefinedValue a) return a.Fail();
        if (right is UndefinedValue b) return b.Fail();
        string sign = operation switch
        {
            CompareOperator.Less => "<",
            CompareOperator.LessOrEqual => "<=",
            CompareOperator.Greater => ">",
            _ => ">=",
        };
        return new Failure($"'{sign}' not supported between instances of '{left.TypeName}' and '{right.TypeName}'");
    }

    /// <summary><c>item in container</c>.</summary>
    public static bool Contains(Value container, Value item, Budget? budget)
    {
        switch (container)
        {
            case StringValue text:
                if (item is not StringValue part)
                {
                    throw new Failure($"'in <string>' requires string as left operand, not {item.TypeName}");
                }
                budget?.Step(text.Text.Length >> 6);
                return text.Text.Contains(part.Text, StringComparison.Ordinal);
            case DictValue dict: return dict.TryGet(item, out _);
            case DictViewValue { Kind: DictViewKind.Keys } keys: return keys.Dict.TryGet(item, out _);
            case NoneValue or IntegerValue or FloatValue or BooleanValue or FunctionValue or MacroValue or NamespaceValue:
                throw new Failure($"argument of type '{container.TypeName}' is not iterable");
            default:
                foreach (Value candidate in Sequences.Iterate(container, budget))
                {
                    if (ReferenceEquals(candidate, item) || AreEqual(candidate, item, budget)) return true;
                }
                return false;
        }
    }
}
