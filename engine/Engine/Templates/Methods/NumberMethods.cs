using System.Numerics;

namespace Engine.Templates;

/// <summary>The attributes of numbers and ranges.</summary>
internal static class NumberMethods
{
    public static Value? Find(Value self, string name)
    {
        if (self is RangeValue range)
        {
            return name switch
            {
                "start" => new IntegerValue(range.Start),
                "stop" => new IntegerValue(range.Stop),
                "step" => new IntegerValue(range.Step),
                "index" or "count" => TupleMethods.Search([.. Enumerable.Range(0, range.Length).Select(i => range[i])], name, "range"),
                _ => null,
            };
        }
        if (self is FloatValue real)
        {
            return name switch
            {
                "real" => self,
                "imag" => new FloatValue(0),
                "conjugate" => Method(name, () => self),
                "is_integer" => Method(name, () => BooleanValue.Of(double.IsFinite(real.Number) && Math.Floor(real.Number) == real.Number)),
                _ => null,
            };
        }
        if (!Numbers.TryInteger(self, out BigInteger number)) return null;
        return name switch
        {
            "real" or "numerator" => new IntegerValue(number),
            "imag" => new IntegerValue(0),
            "denominator" => new IntegerValue(1),
            "conjugate" => Method(name, () => new IntegerValue(number)),
            "bit_length" => Method(name, () => new IntegerValue(BigInteger.Abs(number).GetBitLength())),
            "bit_count" => Method(name, () => new IntegerValue(BitCount(BigInteger.Abs(number)))),
            _ => null,
        };
    }

    private static int BitCount(BigInteger number) => number.ToByteArray().Sum(part => BitOperations.PopCount(part));

    private static FunctionValue Method(string name, Func<Value> body) => new(name, (_, arguments) =>
    {
        arguments.Bind(name, 0);
        return body();
    }, "builtin_function_or_method");
}
