using System.Numerics;

namespace Engine.Templates;

/// <summary>Reading numbers out of values; a boolean is an integer, as in Python.</summary>
internal static class Numbers
{
    public static bool TryInteger(Value value, out BigInteger number)
    {
        number = value switch
        {
            IntegerValue integer => integer.Number,
            BooleanValue boolean => boolean.IsTrue ? 1 : 0,
            _ => default,
        };
        return value is IntegerValue or BooleanValue;
    }

    public static bool IsNumber(Value value) => value is IntegerValue or BooleanValue or FloatValue;

    /// <exception cref="Failure">An integer beyond the range of a float.</exception>
    public static double ToDouble(Value number)
    {
        if (number is FloatValue real) return real.Number;
        TryInteger(number, out BigInteger integer);
        return ToDouble(integer);
    }

    public static double ToDouble(BigInteger integer)
    {
        if (integer.GetBitLength() <= 53) return (double)integer;
        double value = Divide(integer, BigInteger.One);
        return double.IsFinite(value) ? value : throw new Failure("int too large to convert to float");
    }

    /// <summary>The quotient of two integers, rounded once to the nearest double.</summary>
    public static double Divide(BigInteger numerator, BigInteger denominator)
    {
        if (numerator.GetBitLength() <= 53 && denominator.GetBitLength() <= 53) return (double)numerator / (double)denominator;
        bool negative = (numerator.Sign < 0) != (denominator.Sign < 0);
        numerator = BigInteger.Abs(numerator);
        denominator = BigInteger.Abs(denominator);
        // 64 bits of the quotient whose last bit tells whether anything was cut off rounds as the exact one does.
        int shift = (int)Math.Max(0, 66 - (numerator.GetBitLength() - denominator.GetBitLength()));
        BigInteger quotient = BigInteger.DivRem(numerator << shift, denominator, out BigInteger remainder);
        int excess = (int)quotient.GetBitLength() - 64;
        BigInteger kept = quotient >> excess;
        bool sticky = !remainder.IsZero || (kept << excess) != quotient;
        ulong bits = (ulong)kept | (sticky ? 1UL : 0);
        double value = Math.ScaleB((double)bits, excess - shift);
        return negative ? -value : value;
    }

    /// <summary>An integer argument that must fit 32 bits.</summary>
    public static int ToInt32(Value value)
    {
        if (!TryInteger(value, out BigInteger number))
        {
            throw value is UndefinedValue undefined
                ? undefined.Fail()
                : new Failure($"'{value.TypeName}' object cannot be interpreted as an integer");
        }
        if (number < int.MinValue || number > int.MaxValue) throw new Failure("an integer argument is too large");
        return (int)number;
    }

    /// <summary>A flag that Python reads as an integer, as <c>reverse</c> of a sort; absent, it is false.</summary>
    public static bool ToFlag(Value? value) => value is not null && (TryInteger(value, out BigInteger number)
        ? !number.IsZero
        : throw new Failure($"'{value.TypeName}' object cannot be interpreted as an integer"));

    /// <summary>Python's order of an integer and a float, which compares their exact values; null where the float is no number.</summary>
    public static int? Compare(BigInteger integer, double real)
    {
        if (double.IsNaN(real)) return null;
        if (double.IsInfinity(real)) return real > 0 ? -1 : 1;
        double whole = Math.Floor(real);
        int order = integer.CompareTo(new BigInteger(whole));
        return order == 0 && whole < real ? -1 : order;
    }

    /// <summary>Python's order of two numbers; null where one is no number.</summary>
    public static int? Compare(Value left, Value right)
    {
        bool leftInteger = TryInteger(left, out BigInteger a), rightInteger = TryInteger(right, out BigInteger b);
        if (leftInteger && rightInteger) return a.CompareTo(b);
        if (leftInteger) return Compare(a, ((FloatValue)right).Number);
        if (rightInteger) return -Compare(b, ((FloatValue)left).Number);
        double x = ((FloatValue)left).Number, y = ((FloatValue)right).Number;
        return double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y);
    }
}
