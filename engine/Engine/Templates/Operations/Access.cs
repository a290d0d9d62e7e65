using System.Numerics;

namespace Engine.Templates;

/// <summary>
/// Attributes and items in the immutable sandbox: what begins with an underscore and what changes a list or dictionary is hidden.
/// </summary>
internal static class Access
{
    /// <summary><c>target.name</c>: the attribute, else the item, else undefined.</summary>
    public static Value Attribute(Value target, string name, Evaluator evaluator)
    {
        if (target is UndefinedValue undefined) throw undefined.Fail();
        if (FindMember(target, name, evaluator) is { } member) return member;
        var key = new StringValue(name);
        return target is DictValue dict && dict.TryGet(key, out Value value) ? value : UndefinedValue.Member(target, key);
    }

    /// <summary><c>target[index]</c>: the item, else the attribute, else undefined.</summary>
    public static Value Item(Value target, Value index, Evaluator evaluator)
    {
        if (target is UndefinedValue undefined) throw undefined.Fail();
        if (FindItem(target, index) is { } item) return item;
        if (index is StringValue name && FindMember(target, name.Text, evaluator) is { } member) return member;
        return UndefinedValue.Member(target, index);
    }

    /// <summary>Whether the value has an attribute of this name; hidden ones count.</summary>
    public static bool HasMember(Value target, string name, Evaluator evaluator) => FindMember(target, name, evaluator) is not null;

    private static Value? FindItem(Value target, Value index)
    {
        if (target is DictValue dict)
        {
            return index is not (ListValue or DictValue or TupleValue) || IsHashable(index)
                ? dict.TryGet(index, out Value value) ? value : null
                : null;
        }
        if (target is not (StringValue or ListValue or TupleValue or RangeValue)) return null;
        if (!Numbers.TryInteger(index, out BigInteger number)) return null;
        int length = Sequences.Length(target)!.Value;
        if (number < 0) number += length;
        if (number < 0 || number >= length) return null;
        int position = (int)number;
        return target switch
        {
            StringValue text => CharacterAt(text, position),
            RangeValue range => range[position],
            ListValue list => list.Items[position],
            _ => ((TupleValue)target).Items[position],
        };
    }

    private static bool IsHashable(Value value) =>
        value is not (ListValue or DictValue) && (value is not TupleValue tuple || Array.TrueForAll(tuple.Items, IsHashable));

    private static StringValue CharacterAt(StringValue text, int position)
    {
        int offset = PythonText.Offset(text, position);
        return new StringValue(text.Text.Substring(offset, PythonText.IsPairAt(text.Text, offset) ? 2 : 1), text.IsMarkup);
    }

    /// <summary>Whether a name has the form of Python's internal attributes, such as <c>__class__</c>.</summary>
    private static bool IsInternal(string name) =>
        name.Length > 4 && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);

    private static Value? FindMember(Value target, string name, Evaluator evaluator)
    {
        if (IsInternal(name)) return UndefinedValue.Unsafe(target, name);
        return target switch
        {
            StringValue text => StringMethods.Find(text, name),
            DictValue dict => DictMethods.Find(dict, name),
            ListValue list => ListMethods.Find(list, name, evaluator),
            TupleValue tuple => TupleMethods.Find(tuple, name),
            DictViewValue view => name == "mapping" ? view.Dict : null,
            NamespaceValue space => space.Attributes.TryGet(new StringValue(name), out Value value) ? value : null,
            LoopValue loop => LoopMethods.Find(loop, name),
            MacroValue macro => MacroMember(macro.Definition, name),
            CyclerValue cycler => CyclerMember(cycler, name),
            _ => NumberMethods.Find(target, name),
        };
    }

    private static Value? MacroMember(MacroDefinition macro, string name) => name switch
    {
        "name" => macro.Name is null ? NoneValue.Instance : new StringValue(macro.Name),
        "arguments" => new TupleValue([.. macro.Parameters.Select(parameter => new StringValue(parameter))]),
        "catch_kwargs" => BooleanValue.Of(macro.UsesNamed),
        "catch_varargs" => BooleanValue.Of(macro.UsesVariable),
        "caller" => BooleanValue.Of(macro.UsesCaller),
        "explicit_caller" => BooleanValue.Of(macro.Parameters.Contains("caller")),
        _ => null,
    };

    private static Value? CyclerMember(CyclerValue cycler, string name) => name switch
    {
        "current" => cycler.Current,
        "next" => new FunctionValue("next", (_, arguments) =>
        {
            arguments.Bind("next", 0);
            return cycler.Next();
        }),
        "reset" => new FunctionValue("reset", (_, arguments) =>
        {
            arguments.Bind("reset", 0);
            cycler.Reset();
            return NoneValue.Instance;
        }),
        _ => null,
    };
}
