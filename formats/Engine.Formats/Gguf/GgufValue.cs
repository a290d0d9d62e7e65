using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Engine.Formats.Gguf;

/// <summary>
/// One metadata value: a number, a boolean, a string (bytes, UTF-8 by intent), or an array of one of them or of arrays. Immutable.
/// The Try methods convert between numeric types only where the value survives it.
/// </summary>
public sealed class GgufValue
{
    /// <summary>Deepest nesting of arrays that is read or made: 1 is an array of anything but arrays.</summary>
    public const int DeepestArray = 4;

    // A number or boolean is an array of one, a string an array of bytes; arrays of strings are GgufStrings, of arrays GgufValue[].
    private readonly object _content;

    private GgufValue(GgufValueType type, object content)
    {
        Type = type;
        _content = content;
    }

    private GgufValue(GgufValueType elementType, object content, int count) : this(GgufValueType.Array, content)
    {
        ElementType = elementType;
        Count = count;
    }

    /// <summary>The value's type in the file.</summary>
    public GgufValueType Type { get; }

    /// <summary>Type of an array's elements; null for everything else.</summary>
    public GgufValueType? ElementType { get; }

    /// <summary>Number of an array's elements; 1 for everything else.</summary>
    public int Count { get; } = 1;

    /// <summary>
    /// The value as .NET has it: a boxed number or bool, a string, a typed array (<c>int[]</c>, <c>bool[]</c>, ...),
    /// <see cref="GgufStrings"/>, or <c>GgufValue[]</c> for an array of arrays. Arrays are the value's own: do not write to them.
    /// </summary>
    public object Value => Type switch
    {
        GgufValueType.Array => _content,
        GgufValueType.String => Encoding.UTF8.GetString((byte[])_content),
        _ => ((Array)_content).GetValue(0)!,
    };

    /// <summary>The bytes of the content as a file holds them, without type and count; empty for an array of arrays.</summary>
    internal ReadOnlySpan<byte> Bytes => _content switch
    {
        GgufStrings strings => strings.Content,
        GgufValue[] => [],
        _ => MemoryMarshal.CreateReadOnlySpan(
            ref MemoryMarshal.GetArrayDataReference((Array)_content), Buffer.ByteLength((Array)_content)),
    };

    // Not told by the content's .NET type: the runtime takes an sbyte[] for a byte[].
    private GgufValueType Kind => ElementType ?? Type;

    /// <summary>Makes a number or boolean: T is one of the types behind <see cref="GgufValueType"/>.</summary>
    /// <exception cref="ArgumentException">T is no GGUF type.</exception>
    public static GgufValue Of<T>(T value) where T : unmanaged => new(TypeOf<T>(), new[] { value });

    /// <summary>Makes a string.</summary>
    public static GgufValue Of(string value) => new(GgufValueType.String, Encoding.UTF8.GetBytes(value));

    /// <summary>Makes a string of any bytes.</summary>
    public static GgufValue OfUtf8(ReadOnlySpan<byte> value) => OwnUtf8(value.ToArray());

    /// <summary>Makes an array of numbers or booleans; it keeps the array, no copy of it.</summary>
    /// <exception cref="ArgumentException">T is no GGUF type.</exception>
    public static GgufValue Of<T>(T[] values) where T : unmanaged => new(TypeOf<T>(), values, values.Length);

    /// <summary>Makes an array of strings.</summary>
    public static GgufValue Of(GgufStrings values) => new(GgufValueType.String, values, values.Count);

    /// <summary>Makes an array of strings.</summary>
    public static GgufValue Of(IReadOnlyList<string> values) => Of(new GgufStrings(values));

    /// <summary>Makes an array of arrays.</summary>
    /// <exception cref="ArgumentException">An element is no array, or they are nested too deep.</exception>
    public static GgufValue OfArrays(GgufValue[] arrays)
    {
        if (DepthOf(arrays) > DeepestArray) throw new ArgumentException($"Arrays nested deeper than {DeepestArray}.", nameof(arrays));
        if (Array.Exists(arrays, value => value.Type != GgufValueType.Array))
            throw new ArgumentException("An array of arrays holds arrays only.", nameof(arrays));
        return new GgufValue(GgufValueType.Array, arrays, arrays.Length);
    }

    /// <summary>The text of a string; bytes that are no UTF-8 become U+FFFD.</summary>
    public bool TryGetString(out string value)
    {
        value = TryGetUtf8(out ReadOnlySpan<byte> bytes) ? Encoding.UTF8.GetString(bytes) : "";
        return Type == GgufValueType.String;
    }

    /// <summary>The bytes of a string as they stand in the file.</summary>
    public bool TryGetUtf8(out ReadOnlySpan<byte> value)
    {
        value = Type == GgufValueType.String ? (byte[])_content : default(ReadOnlySpan<byte>);
        return Type == GgufValueType.String;
    }

    /// <summary>A boolean.</summary>
    public bool TryGetBoolean(out bool value)
    {
        value = Type == GgufValueType.Bool && ((bool[])_content)[0];
        return Type == GgufValueType.Bool;
    }

    /// <summary>An integer of any width and sign that T can hold.</summary>
    public bool TryGetInteger<T>(out T value) where T : unmanaged, IBinaryInteger<T>
    {
        bool fits = Convert(out T[] values) && Type != GgufValueType.Array;
        value = fits ? values[0] : default;
        return fits;
    }

    /// <summary>A number of any type, in double precision (integers exact up to 2^53).</summary>
    public bool TryGetDouble(out double value)
    {
        value = Type switch
        {
            GgufValueType.Float32 => ((float[])_content)[0],
            GgufValueType.Float64 => ((double[])_content)[0],
            _ => TryGetInteger(out Int128 integer) ? (double)integer : double.NaN,
        };
        return Type is GgufValueType.Float32 or GgufValueType.Float64 || TryGetInteger(out Int128 _);
    }

    /// <summary>An array of strings.</summary>
    public bool TryGetStrings(out GgufStrings values)
    {
        values = _content as GgufStrings ?? new GgufStrings([], []);
        return _content is GgufStrings;
    }

    /// <summary>An array whose elements have exactly the type T in the file; the value's own, not to be written to.</summary>
    public bool TryGetArray<T>(out T[] values) where T : unmanaged
    {
        bool matches = ElementType is { } type && KindOf<T>() == type;
        values = matches ? (T[])_content : [];
        return matches;
    }

    /// <summary>An array of arrays; the value's own, not to be written to.</summary>
    public bool TryGetArrays(out GgufValue[] values)
    {
        values = _content as GgufValue[] ?? [];
        return _content is GgufValue[];
    }

    /// <summary>An array of integers of any width and sign, each of which T can hold. Not to be written to.</summary>
    public bool TryGetIntegers<T>(out T[] values) where T : unmanaged, IBinaryInteger<T>
    {
        values = [];
        return Type == GgufValueType.Array && (TryGetArray(out values) || Convert(out values));
    }

    /// <summary>An array of floating-point numbers, rounded to single precision where the file has doubles.</summary>
    public bool TryGetSingles(out float[] values)
    {
        if (TryGetArray(out values)) return true;
        if (!TryGetArray(out double[] doubles)) return false;
        values = Array.ConvertAll(doubles, value => (float)value);
        return true;
    }

    /// <summary>Whether type and content are the same, floating-point numbers compared by their bits.</summary>
    public bool ContentEquals(GgufValue other)
    {
        if (Type != other.Type || ElementType != other.ElementType || Count != other.Count) return false;
        if (TryGetArrays(out GgufValue[] arrays) && other.TryGetArrays(out GgufValue[] others))
            return arrays.Zip(others).All(pair => pair.First.ContentEquals(pair.Second));
        return Bytes.SequenceEqual(other.Bytes);
    }

    /// <summary>The type and, for arrays, the number of elements: "an array of 12 Float32".</summary>
    public string Describe() => ElementType is { } type ? $"an array of {Count} {type}" : $"{Type}";

    /// <summary>The value as text, arrays by their description.</summary>
    public override string ToString() => Type == GgufValueType.Array ? Describe() : FormattableString.Invariant($"{Value}");

    /// <summary>Makes a string of bytes that nobody else holds.</summary>
    internal static GgufValue OwnUtf8(byte[] value) => new(GgufValueType.String, value);

    private static int DepthOf(GgufValue[] arrays) =>
        1 + arrays.Select(array => array._content is GgufValue[] inner ? DepthOf(inner) : 1).DefaultIfEmpty(0).Max();

    private bool Convert<T>(out T[] values) where T : unmanaged, IBinaryInteger<T>
    {
        values = [];
        return Kind switch
        {
            GgufValueType.UInt8 => Fit<byte, T>(out values),
            GgufValueType.Int8 => Fit<sbyte, T>(out values),
            GgufValueType.UInt16 => Fit<ushort, T>(out values),
            GgufValueType.Int16 => Fit<short, T>(out values),
            GgufValueType.UInt32 => Fit<uint, T>(out values),
            GgufValueType.Int32 => Fit<int, T>(out values),
            GgufValueType.UInt64 => Fit<ulong, T>(out values),
            GgufValueType.Int64 => Fit<long, T>(out values),
            _ => false,
        };
    }

    private bool Fit<TFrom, TTo>(out TTo[] to)
        where TFrom : unmanaged, IBinaryInteger<TFrom>
        where TTo : unmanaged, IBinaryInteger<TTo>
    {
        var from = (TFrom[])_content;
        to = new TTo[from.Length];
        for (int i = 0; i < from.Length; i++)
        {
            to[i] = TTo.CreateTruncating(from[i]);
            if (TFrom.CreateTruncating(to[i]) != from[i] || TFrom.IsNegative(from[i]) != TTo.IsNegative(to[i])) return false;
        }
        return true;
    }

    private static GgufValueType TypeOf<T>() where T : unmanaged =>
        KindOf<T>() ?? throw new ArgumentException($"{typeof(T).Name} is no GGUF value type.");

    private static GgufValueType? KindOf<T>() where T : unmanaged => default(T) switch
    {
        byte => GgufValueType.UInt8,
        sbyte => GgufValueType.Int8,
        ushort => GgufValueType.UInt16,
        short => GgufValueType.Int16,
        uint => GgufValueType.UInt32,
        int => GgufValueType.Int32,
        float => GgufValueType.Float32,
        bool => GgufValueType.Bool,
        ulong => GgufValueType.UInt64,
        long => GgufValueType.Int64,
        double => GgufValueType.Float64,
        _ => null,
    };
}
