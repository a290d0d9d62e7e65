using System.Numerics;

namespace Engine.Templates;

/// <summary>Equality of dictionary keys and of the members of a set, as Python's hashes and <c>==</c> make it.</summary>
internal sealed class KeyComparer : IEqualityComparer<Value>
{
    public static readonly KeyComparer Instance = new();

    /// <exception cref="Failure">The value has no hash: lists and dictionaries, and tuples that hold one.</exception>
    public static void RequireHashable(Value value)
    {
        if (value is ListValue or DictValue) throw new Failure($"unhashable type: '{value.TypeName}'");
        if (value is not TupleValue tuple) return;
        StackGuard.Ensure();
        foreach (Value item in tuple.Items) RequireHashable(item);
    }

    public bool Equals(Value? x, Value? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Comparison.AreEqual(x, y, null));

    public int GetHashCode(Value value)
    {
        switch (value)
        {
            case StringValue text: return text.Text.GetHashCode(StringComparison.Ordinal);
            case BooleanValue boolean: return new BigInteger(boolean.IsTrue ? 1 : 0).GetHashCode();
            case IntegerValue integer: return integer.Number.GetHashCode();
            case FloatValue number:
                bool whole = double.IsFinite(number.Number) && Math.Floor(number.Number) == number.Number;
                return whole ? new BigInteger(number.Number).GetHashCode() : number.Number.GetHashCode();
            case UndefinedValue: return 1;
            case TupleValue tuple:
                StackGuard.Ensure();
                var hash = default(HashCode);
                foreach (Value item in tuple.Items) hash.Add(GetHashCode(item));
                return hash.ToHashCode();
            default: return System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
        }
    }
}
