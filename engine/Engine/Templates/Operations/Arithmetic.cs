using System.Numerics;

namespace Engine.Templates;

/// <summary>Python's arithmetic, on numbers and on what else has these operators.</summary>
internal static class Arithmetic
{
    private static readonly string[] Signs = ["+", "-", "*", "/", "//", "%", "** or pow()"];

    public static Value Apply(BinaryOperator operation, Value left, Value right, Budget budget)
    {
        if (Numbers.IsNumber(left) && Numbers.IsNumber(right))
        {
            return left is FloatValue || right is FloatValue
                ? Float(operation, Numbers.ToDouble(left), Numbers.ToDouble(right))
                : Integer(operation, left, right, budget);
        }
        if (operation == BinaryOperator.Modulo && left is StringValue format) return PercentFormat.Apply(format, right, budget);
        if (left is UndefinedValue a) throw a.Fail();
        if (right is UndefinedValue b) throw b.Fail();
        return operation switch
        {
            BinaryOperator.Add => Add(left, right, budget),
            BinaryOperator.Multiply => Repeat(left, right, budget),
            _ => throw Unsupported(operation, left, right),
        };
    }

    public static Value Sign(bool negative, Value operand)
    {
        if (operand is FloatValue number) return negative ? new FloatValue(-number.Number) : operand;
        if (Numbers.TryInteger(operand, out BigInteger integer)) return new IntegerValue(negative ? -integer : integer);
        throw operand is UndefinedValue undefined
            ? undefined.Fail()
            : new Failure($"bad operand type for unary {(negative ? '-' : '+')}: '{operand.TypeName}'");
    }

    private static Failure Unsupported(BinaryOperator operation, Value left, Value right) =>
        new($"unsupported operand type(s) for {Signs[(int)operation]}: '{left.TypeName}' and '{right.TypeName}'");

    private static Value Add(Value left, Value right, Budget budget)
    {
        switch (left, right)
        {
            case (StringValue a, StringValue b):
                budget.Characters((long)a.Text.Length + b.Text.Length);
                if (a.IsMarkup == b.IsMarkup) return new StringValue(a.Text + b.Text, a.IsMarkup);
                return a.IsMarkup
                    ? new StringValue(a.Text + PythonText.EscapeHtml(b.Text), true)
                    : new StringValue(PythonText.EscapeHtml(a.Text) + b.Text, true);
            case (ListValue a, ListValue b):
                budget.Step((long)a.Items.Count + b.Items.Count);
                return new ListValue([.. a.Items, .. b.Items]);
            case (TupleValue a, TupleValue b):
                budget.Step((long)a.Items.Length + b.Items.Length);
                return new TupleValue([.. a.Items, .. b.Items]);
            case (StringValue or ListValue or TupleValue, _):
                throw new Failure($"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}");
            default:
                throw Unsupported(BinaryOperator.Add, left, right);
        }
    }

    private static Value Repeat(Value left, Value right, Budget budget)
    {
        Value sequence = left is StringValue or ListValue or TupleValue ? left : right;
        Value times = ReferenceEquals(sequence, left) ? right : left;
        if (sequence is not (StringValue or ListValue or TupleValue)) throw Unsupported(BinaryOperator.Multiply, left, right);
        if (!Numbers.TryInteger(times, out BigInteger count))
        {
            throw new Failure($"can't multiply sequence by non-int of type '{times.TypeName}'");
        }
        if (count.Sign < 0) count = 0;
        if (count > long.MaxValue) throw new Failure("cannot fit 'int' into an index-sized integer");
        int unit = sequence switch { StringValue s => s.Text.Length, ListValue l => l.Items.Count, TupleValue t => t.Items.Length, _ => 0 };
        long total = count * unit <= int.MaxValue ? (long)(count * unit) : int.MaxValue;
        if (sequence is StringValue text)
        {
            budget.Characters(total);
            return new StringValue(string.Concat(Enumerable.Repeat(text.Text, unit == 0 ? 0 : (int)count)), text.IsMarkup);
        }
        budget.Step(total);
        IReadOnlyList<Value> items = Sequences.Items(sequence);
        var result = new List<Value>((int)total);
        for (long i = 0; i < total; i++) result.Add(items[(int)(i % unit)]);
        return sequence is ListValue ? new ListValue(result) : new TupleValue([.. result]);
    }

    private static Value Integer(BinaryOperator operation, Value left, Value right, Budget budget)
    {
        Numbers.TryInteger(left, out BigInteger a);
        Numbers.TryInteger(right, out BigInteger b);
        if (b.IsZero && operation is BinaryOperator.Divide) throw new Failure("division by zero");
        if (b.IsZero && operation is BinaryOperator.FloorDivide or BinaryOperator.Modulo && b.IsZero)
        {
            throw new Failure("integer division or modulo by zero");
        }
        switch (operation)
        {
            case BinaryOperator.Add: return budget.Integer(a + b);
            case BinaryOperator.Subtract: return budget.Integer(a - b);
            case BinaryOperator.Multiply:
                budget.IntegerBits((double)a.GetBitLength() + b.GetBitLength() - 1);
                return new IntegerValue(a * b);
            case BinaryOperator.Divide:
                double quotient = Numbers.Divide(a, b);
                return double.IsFinite(quotient)
                    ? new FloatValue(quotient)
                    : throw new Failure("integer division result too large for a float");
            case BinaryOperator.FloorDivide: return new IntegerValue(FloorDivide(a, b));
            case BinaryOperator.Modulo: return new IntegerValue(a - (FloorDivide(a, b) * b));
            default: return Power(a, b, budget);
        }
    }

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger remainder);
        return !remainder.IsZero && (remainder.Sign < 0) != (b.Sign < 0) ? quotient - 1 : quotient;
    }

    private static Value Power(BigInteger a, BigInteger b, Budget budget)
    {
        if (b.Sign < 0) return Float(BinaryOperator.Power, Numbers.ToDouble(a), Numbers.ToDouble(b));
        if (a.IsZero || a.IsOne) return new IntegerValue(b.IsZero ? 1 : a);
        if (a == -1) return new IntegerValue(b.IsEven ? 1 : -1);
        budget.IntegerBits(((double)BigInteger.Abs(a).GetBitLength() - 1) * (double)b);
        if (b > int.MaxValue) budget.IntegerBits(double.PositiveInfinity);
        return budget.Integer(BigInteger.Pow(a, (int)b));
    }

    private static FloatValue Float(BinaryOperator operation, double a, double b)
    {
        if (b == 0 && operation is BinaryOperator.Divide) throw new Failure("float division by zero");
        if (b == 0 && operation is BinaryOperator.FloorDivide or BinaryOperator.Modulo && b == 0)
        {
            throw new Failure("float floor division by zero");
        }
        return new FloatValue(operation switch
        {
            BinaryOperator.Add => a + b,
            BinaryOperator.Subtract => a - b,
            BinaryOperator.Multiply => a * b,
            BinaryOperator.Divide => a / b,
            BinaryOperator.FloorDivide => FloorDivide(a, b),
            BinaryOperator.Modulo => Modulo(a, b),
            _ => Power(a, b),
        });
    }

    private static double Modulo(double a, double b)
    {
        double remainder = a % b;
        if (remainder == 0) return Math.CopySign(0, b);
        return (b < 0) != (remainder < 0) ? remainder + b : remainder;
    }

    private static double FloorDivide(double a, double b)
    {
        double quotient = (a - Modulo(a, b)) / b;
        if (quotient == 0) return Math.CopySign(0, a / b);
        double floor = Math.Floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double Power(double a, double b)
    {
        if (a == 0 && b < 0) throw new Failure("0.0 cannot be raised to a negative power");
        if (a < 0 && double.IsFinite(a) && double.IsFinite(b) && Math.Floor(b) != b)
        {
            throw new Failure("a negative number raised to a fraction is complex, which is not supported");
        }
        double result = Math.Pow(a, b);
        if (double.IsInfinity(result) && double.IsFinite(a) && double.IsFinite(b)) throw new Failure("Numerical result out of range");
        return result;
    }
}
