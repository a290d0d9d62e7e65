using System.Globalization;
using System.Numerics;

namespace Engine.Templates;

/// <summary>The <c>attribute</c> arguments of filters: dotted paths, in which numbers are indices.</summary>
internal static class Attributes
{
    /// <summary>Reads a path from an item; a default replaces what is undefined on the way.</summary>
    public static Func<Value, Value> Getter(Evaluator evaluator, Value? path, Value? defaultValue = null, bool ignoreCase = false)
    {
        Value[] parts = Parts(path);
        if (defaultValue is NoneValue) defaultValue = null;
        return item =>
        {
            foreach (Value part in parts)
            {
                item = Access.Item(item, part, evaluator);
                if (defaultValue is not null && item is UndefinedValue) item = defaultValue;
            }
            return ignoreCase ? IgnoreCase(item) : item;
        };
    }

    /// <summary>Reads several paths with commas between them, as a list.</summary>
    public static Func<Value, Value> MultiGetter(Evaluator evaluator, Value? paths, bool ignoreCase)
    {
        Value?[] split = paths is StringValue text ? [.. text.Text.Split(',').Select(path => new StringValue(path))] : [paths];
        Func<Value, Value>[] getters = [.. split.Select(path => Getter(evaluator, path, ignoreCase: ignoreCase))];
        return item => new ListValue([.. getters.Select(getter => getter(item))]);
    }

    /// <summary>A text in lower case; anything else as it is.</summary>
    public static Value IgnoreCase(Value value) =>
        value is StringValue text ? new StringValue(UnicodeCase.Lower(text.Text), text.IsMarkup) : value;

    private static Value[] Parts(Value? path)
    {
        if (path is null or NoneValue) return [];
        if (path is not StringValue text) return [path];
        return [.. text.Text.Split('.').Select(Value (part) => part.Length > 0 && part.All(char.IsAsciiDigit)
            ? new IntegerValue(BigInteger.Parse(part, CultureInfo.InvariantCulture))
            : new StringValue(part))];
    }
}
