using System.Numerics;

namespace Engine.Templates;

/// <summary>Going through values, measuring, slicing and sorting them.</summary>
internal static class Sequences
{
    /// <summary>The items of a value that holds them all; not for generators, which are gone through once.</summary>
    public static IReadOnlyList<Value> Items(Value value) => value switch
    {
        ListValue list => list.Items,
        TupleValue tuple => tuple.Items,
        DictValue dict => [.. dict.Entries.Select(entry => entry.Key)],
        DictViewValue { Kind: DictViewKind.Keys } view => [.. view.Dict.Entries.Select(entry => entry.Key)],
        DictViewValue { Kind: DictViewKind.Values } view => [.. view.Dict.Entries.Select(entry => entry.Value)],
        DictViewValue view => [.. view.Dict.Entries.Select(Value (entry) => new TupleValue([entry.Key, entry.Value]))],
        _ => [],
    };

    public static bool IsIterable(Value value) =>
        value is StringValue or ListValue or TupleValue or DictValue or DictViewValue or RangeValue or GeneratorValue or UndefinedValue
            or LoopValue;

    /// <summary>Goes through a value lazily, as a Python loop does.</summary>
    /// <exception cref="Failure">The value cannot be iterated.</exception>
    public static IEnumerable<Value> Iterate(Value value, Budget? budget) => IsIterable(value)
        ? IterateChecked(value, budget)
        : throw new Failure($"'{value.TypeName}' object is not iterable");

    private static IEnumerable<Value> IterateChecked(Value value, Budget? budget)
    {
        switch (value)
        {
            case ListValue list:
                for (int i = 0; i < list.Items.Count; i++)
                {
                    budget?.Step();
                    yield return list.Items[i];
                }
                break;
            case StringValue text:
                foreach (string point in PythonText.CodePoints(text.Text))
                {
                    budget?.Step();
                    yield return new StringValue(point);
                }
                break;
            case RangeValue range:
                for (int i = 0; i < range.Length; i++)
                {
                    budget?.Step();
                    yield return range[i];
                }
                break;
            case GeneratorValue generator:
                // Generators draw from one another, each on the stack of the next.
                StackGuard.Ensure();
                while (generator.Items.MoveNext())
                {
                    budget?.Step();
                    yield return generator.Items.Current;
                }
                break;
            case LoopValue loop:
                while (loop.MoveNext()) yield return new TupleValue([loop.Current, loop]);
                break;
            default:
                foreach (Value item in Items(value))
                {
                    budget?.Step();
                    yield return item;
                }
                break;
        }
    }

    /// <summary><c>len(value)</c>, or null where the value has none.</summary>
    public static int? Length(Value value) => value switch
    {
        StringValue text => text.Length,
        ListValue list => list.Items.Count,
        TupleValue tuple => tuple.Items.Length,
        DictValue dict => dict.Entries.Count,
        DictViewValue view => view.Dict.Entries.Count,
        RangeValue range => range.Length,
        LoopValue loop => loop.Length,
        UndefinedValue => 0,
        _ => null,
    };

    /// <summary>The items from the last to the first, or null where Python's <c>reversed</c> fails.</summary>
    public static IEnumerable<Value>? Reversed(Value value)
    {
        switch (value)
        {
            case StringValue text: return PythonText.CodePoints(text.Text).Reverse().Select(point => new StringValue(point, text.IsMarkup));
            case RangeValue range: return Enumerable.Range(0, range.Length).Select(i => range[range.Length - 1 - i]);
            case ListValue or TupleValue or DictValue or DictViewValue: return Items(value).Reverse();
            case UndefinedValue: return [];
            default: return null;
        }
    }

    /// <summary><c>value[start:stop:step]</c>.</summary>
    public static Value Slice(Value value, Value? start, Value? stop, Value? step, Budget budget)
    {
        if (value is UndefinedValue undefined) throw undefined.Fail();
        if (value is not (StringValue or ListValue or TupleValue or RangeValue))
        {
            throw new Failure(value is DictValue ? "unhashable type: 'slice'" : $"'{value.TypeName}' object is not subscriptable");
        }
        int length = Length(value)!.Value;
        (long first, long by, int count) = SliceBounds(length, start, stop, step);
        if (value is StringValue text) return SliceText(text, first, by, count, budget);
        budget.Step(count);
        if (value is RangeValue range)
        {
            long begin = range.Start + (first * range.Step);
            return new RangeValue(begin, begin + (count * by * range.Step), by * range.Step, count);
        }
        IReadOnlyList<Value> items = Items(value);
        var result = new Value[count];
        for (int i = 0; i < count; i++) result[i] = items[(int)(first + (i * by))];
        return value is ListValue ? new ListValue([.. result]) : new TupleValue(result);
    }

    private static StringValue SliceText(StringValue text, long first, long by, int count, Budget budget)
    {
        budget.Characters(count);
        if (count == 0) return StringValue.Empty;
        if (by == 1)
        {
            int begin = PythonText.Offset(text, (int)first), end = PythonText.Offset(text, (int)first + count);
            return new StringValue(text.Text[begin..end], text.IsMarkup);
        }
        string[] points = [.. PythonText.CodePoints(text.Text)];
        return new StringValue(string.Concat(Enumerable.Range(0, count).Select(i => points[first + (i * by)])), text.IsMarkup);
    }

    private static (long First, long Step, int Count) SliceBounds(int length, Value? start, Value? stop, Value? step)
    {
        long by = Bound(step, 1, -long.MaxValue / 4, long.MaxValue / 4);
        if (by == 0) throw new Failure("slice step cannot be zero");
        long low = by > 0 ? 0 : -1, high = by > 0 ? length : length - 1;
        long first = Index(start, by > 0 ? low : high), last = Index(stop, by > 0 ? high : low);
        long count = by > 0 ? (last - first + by - 1) / by : (first - last - by - 1) / -by;
        return (first, by, (int)Math.Max(0, count));

        long Index(Value? value, long absent)
        {
            if (value is null or NoneValue) return absent;
            long index = Bound(value, 0, -(1L << 40), 1L << 40);
            if (index < 0) index += length;
            return Math.Clamp(index, low, high);
        }
    }

    private static long Bound(Value? value, long absent, long low, long high)
    {
        if (value is null or NoneValue) return absent;
        if (value is UndefinedValue undefined) throw undefined.Fail();
        return Numbers.TryInteger(value, out BigInteger number)
            ? (long)BigInteger.Clamp(number, low, high)
            : throw new Failure("slice indices must be integers or None or have an __index__ method");
    }

    /// <summary>A stable sort by a key, in Python's order. Reversed, equal items keep their order too.</summary>
    public static List<T> Sort<T>(IEnumerable<T> items, Func<T, Value> key, bool reverse, Budget budget)
    {
        KeyValuePair<Value, T>[] keyed = [.. items.Select(item => new KeyValuePair<Value, T>(key(item), item))];
        budget.Step(keyed.Length);
        if (reverse) Array.Reverse(keyed);
        MergeSort(keyed, new KeyValuePair<Value, T>[keyed.Length], 0, keyed.Length, budget);
        if (reverse) Array.Reverse(keyed);
        return [.. keyed.Select(pair => pair.Value)];
    }

    private static void MergeSort<T>(
        KeyValuePair<Value, T>[] items, KeyValuePair<Value, T>[] buffer, int start, int end, Budget budget)
    {
        if (end - start < 2) return;
        int middle = (start + end) / 2;
        MergeSort(items, buffer, start, middle, budget);
        MergeSort(items, buffer, middle, end, budget);
        int left = start, right = middle;
        for (int i = start; i < end; i++)
        {
            bool takeRight = left == middle || (right < end && Comparison.IsLess(items[right].Key, items[left].Key, budget));
            buffer[i] = takeRight ? items[right++] : items[left++];
        }
        Array.Copy(buffer, start, items, start, end - start);
    }
}
