using System.Globalization;
using System.Numerics;

namespace Engine.Templates;

/// <summary>Filters on numbers.</summary>
internal static class NumberFilters
{
    private static readonly string[] DecimalUnits = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
    private static readonly string[] BinaryUnits = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

    public static Value Abs(Evaluator e, Value input, CallArguments arguments)
    {
        arguments.Bind("abs", 0);
        if (input is FloatValue real) return new FloatValue(Math.Abs(real.Number));
        return Numbers.TryInteger(input, out BigInteger number)
            ? new IntegerValue(BigInteger.Abs(number))
            : throw new Failure($"bad operand type for abs(): '{input.TypeName}'");
    }

    public static Value Int(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("int", 0, "default", "base");
        if (input is UndefinedValue undefined) throw undefined.Fail();
        Value fallback = given[0] ?? new IntegerValue(0);
        if (Numbers.TryInteger(input, out BigInteger number)) return new IntegerValue(number);
        if (input is FloatValue real)
        {
            if (double.IsInfinity(real.Number)) throw new Failure("cannot convert float infinity to integer");
            return double.IsNaN(real.Number) ? fallback : new IntegerValue(new BigInteger(real.Number));
        }
        if (input is not StringValue text) return fallback;
        int radix = given[1] is null ? 10 : Numbers.ToInt32(given[1]!);
        bool valid = radix is 0 or (>= 2 and <= 36);
        if (valid && PythonNumber.ParseInteger(text.Text, radix) is { } parsed) return e.Budget.Integer(parsed);
        return PythonNumber.ParseFloat(text.Text) is { } value && double.IsFinite(value)
            ? new IntegerValue(new BigInteger(value))
            : fallback;
    }

    public static Value Float(Evaluator e, Value input, CallArguments arguments)
    {
        Value fallback = arguments.Bind("float", 0, "default")[0] ?? new FloatValue(0);
        if (input is UndefinedValue undefined) throw undefined.Fail();
        if (Numbers.IsNumber(input)) return new FloatValue(Numbers.ToDouble(input));
        return input is StringValue text && PythonNumber.ParseFloat(text.Text) is { } value ? new FloatValue(value) : fallback;
    }

    public static Value Round(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("round", 0, "precision", "method");
        string method = given[1] switch { null => "common", StringValue text => text.Text, _ => "" };
        if (method is not ("common" or "ceil" or "floor")) throw new Failure("method must be common, ceil or floor");
        if (!Numbers.IsNumber(input)) throw new Failure($"type {input.TypeName} doesn't define __round__ method");
        bool whole = given[0] is NoneValue;
        int precision = given[0] is null or NoneValue ? 0 : Numbers.ToInt32(given[0]!);
        if (method != "common") return RoundDirected(input, precision, method == "ceil", e.Budget);
        if (Numbers.TryInteger(input, out BigInteger integer)) return new IntegerValue(RoundInteger(integer, precision));
        double value = ((FloatValue)input).Number;
        if (whole)
        {
            if (!double.IsFinite(value)) throw new Failure("cannot convert float infinity or NaN to integer");
            return new IntegerValue(new BigInteger(Math.Round(value, MidpointRounding.ToEven)));
        }
        return new FloatValue(RoundFloat(value, precision));
    }

    private static double RoundFloat(double value, int precision)
    {
        // Beyond these limits nothing is left to round, or nothing is left.
        if (!double.IsFinite(value) || value == 0 || precision > 323) return value;
        if (precision < -308) return Math.CopySign(0, value);
        BigInteger scaled = PythonNumber.Scale(value, precision);
        string text = scaled.ToString(CultureInfo.InvariantCulture) + "E" + (-precision).ToString(CultureInfo.InvariantCulture);
        double rounded = double.Parse(text, CultureInfo.InvariantCulture);
        if (double.IsInfinity(rounded)) throw new Failure("rounded value too large to represent");
        return rounded == 0 ? Math.CopySign(0, value) : rounded;
    }

    private static BigInteger RoundInteger(BigInteger value, int precision)
    {
        if (precision >= 0) return value;
        if (-precision > PythonNumber.MaxDigits * 10) return BigInteger.Zero;
        BigInteger unit = BigInteger.Pow(10, -precision);
        BigInteger rounded = PythonNumber.RoundedDivide(BigInteger.Abs(value), unit) * unit;
        return value.Sign < 0 ? -rounded : rounded;
    }

    private static Value RoundDirected(Value input, int precision, bool up, Budget budget)
    {
        Value unit = Arithmetic.Apply(BinaryOperator.Power, new IntegerValue(10), new IntegerValue(precision), budget);
        Value scaled = Arithmetic.Apply(BinaryOperator.Multiply, input, unit, budget);
        if (scaled is FloatValue real)
        {
            if (!double.IsFinite(real.Number)) throw new Failure("cannot convert float infinity or NaN to integer");
            scaled = new IntegerValue(new BigInteger(up ? Math.Ceiling(real.Number) : Math.Floor(real.Number)));
        }
        return Arithmetic.Apply(BinaryOperator.Divide, scaled, unit, budget);
    }

    public static Value Sum(Evaluator e, Value input, CallArguments arguments)
    {
        Value?[] given = arguments.Bind("sum", 0, "attribute", "start");
        Value sum = given[1] ?? new IntegerValue(0);
        if (sum is StringValue) throw new Failure("sum() can't sum strings [use ''.join(seq) instead]");
        Func<Value, Value> getter = Attributes.Getter(e, given[0]);
        foreach (Value item in Sequences.Iterate(input, e.Budget))
        {
            sum = Arithmetic.Apply(BinaryOperator.Add, sum, getter(item), e.Budget);
        }
        return sum;
    }

    public static Value FileSizeFormat(Evaluator e, Value input, CallArguments arguments)
    {
        bool binary = arguments.Bind("filesizeformat", 0, "binary")[0] is { IsTrue: true };
        double bytes = input switch
        {
            StringValue text => PythonNumber.ParseFloat(text.Text)
                ?? throw new Failure($"could not convert string to float: '{text.Text}'"),
            UndefinedValue undefined => throw undefined.Fail(),
            _ when Numbers.IsNumber(input) => Numbers.ToDouble(input),
            _ => throw new Failure($"float() argument must be a string or a real number, not '{input.TypeName}'"),
        };
        if (bytes == 1) return new StringValue("1 Byte");
        double unitBase = binary ? 1024 : 1000;
        if (bytes < unitBase) return new StringValue($"{new BigInteger(bytes).ToString(CultureInfo.InvariantCulture)} Bytes");
        double unit = unitBase;
        int i = -1;
        do
        {
            unit *= unitBase;
            i++;
        }
        while (bytes >= unit && i < DecimalUnits.Length - 1);
        string size = FloatFormat.Magnitude(unitBase * bytes / unit, 'f', 1, alternate: false);
        return new StringValue($"{size} {(binary ? BinaryUnits : DecimalUnits)[i]}");
    }
}
