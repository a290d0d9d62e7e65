using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Engine.Formats.Sources;

namespace Engine.Formats.Gguf;

/// <summary>Reads metadata values: type, then content. Lengths are checked against the file before they are allocated.</summary>
internal static class GgufValueReader
{
    /// <summary>Longest key, and here also tensor name, in bytes (the specification's limit for keys).</summary>
    public const int LongestName = 65535;

    private const int ArrayHeader = sizeof(uint) + sizeof(ulong);

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads a key or a tensor's name: 1 to 65,535 bytes of valid UTF-8.</summary>
    public static string ReadName(SourceReader reader)
    {
        int length = reader.ReadCount("bytes of name", 1);
        if (length is 0 or > LongestName) throw reader.Error($"a name of {length} bytes", $"1 to {LongestName}");
        byte[] bytes = new byte[length];
        reader.Read(bytes);
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw reader.Error("a name that is not UTF-8", "UTF-8");
        }
    }

    /// <summary>Reads a value's type and content.</summary>
    public static GgufValue ReadValue(SourceReader reader)
    {
        var type = (GgufValueType)reader.ReadUInt32();
        return type == GgufValueType.Array ? ReadArray(reader, 1) : ReadScalar(reader, type);
    }

    private static GgufValue ReadScalar(SourceReader reader, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => GgufValue.Of(reader.ReadByte()),
        GgufValueType.Int8 => GgufValue.Of(reader.Read<sbyte>()),
        GgufValueType.UInt16 => GgufValue.Of(reader.Read<ushort>()),
        GgufValueType.Int16 => GgufValue.Of(reader.Read<short>()),
        GgufValueType.UInt32 => GgufValue.Of(reader.Read<uint>()),
        GgufValueType.Int32 => GgufValue.Of(reader.Read<int>()),
        GgufValueType.Float32 => GgufValue.Of(reader.Read<float>()),
        GgufValueType.Bool => GgufValue.Of(ReadBoolean(reader)),
        GgufValueType.String => ReadString(reader),
        GgufValueType.UInt64 => GgufValue.Of(reader.Read<ulong>()),
        GgufValueType.Int64 => GgufValue.Of(reader.Read<long>()),
        GgufValueType.Float64 => GgufValue.Of(reader.Read<double>()),
        _ => throw UnknownType(reader, type),
    };

    private static GgufValue ReadArray(SourceReader reader, int depth)
    {
        var type = (GgufValueType)reader.ReadUInt32();
        return type switch
        {
            GgufValueType.UInt8 => ReadNumbers<byte>(reader),
            GgufValueType.Int8 => ReadNumbers<sbyte>(reader),
            GgufValueType.UInt16 => ReadNumbers<ushort>(reader),
            GgufValueType.Int16 => ReadNumbers<short>(reader),
            GgufValueType.UInt32 => ReadNumbers<uint>(reader),
            GgufValueType.Int32 => ReadNumbers<int>(reader),
            GgufValueType.Float32 => ReadNumbers<float>(reader),
            GgufValueType.Bool => ReadBooleans(reader),
            GgufValueType.String => ReadStrings(reader),
            GgufValueType.Array => ReadArrays(reader, depth),
            GgufValueType.UInt64 => ReadNumbers<ulong>(reader),
            GgufValueType.Int64 => ReadNumbers<long>(reader),
            GgufValueType.Float64 => ReadNumbers<double>(reader),
            _ => throw UnknownType(reader, type),
        };
    }

    private static GgufValue ReadNumbers<T>(SourceReader reader) where T : unmanaged
    {
        var values = new T[reader.ReadCount("array elements", Unsafe.SizeOf<T>())];
        reader.Read(MemoryMarshal.AsBytes(values.AsSpan()));
        return GgufValue.Of(values);
    }

    private static bool ReadBoolean(SourceReader reader)
    {
        byte value = reader.ReadByte();
        return value <= 1 ? value == 1 : throw reader.Error($"a boolean of {value}", "0 or 1");
    }

    private static GgufValue ReadBooleans(SourceReader reader)
    {
        var values = new bool[reader.ReadCount("array elements", 1)];
        Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        reader.Read(bytes);
        int wrong = bytes.IndexOfAnyExceptInRange((byte)0, (byte)1);
        return wrong < 0 ? GgufValue.Of(values) : throw reader.Error($"a boolean of {bytes[wrong]}", "0 or 1");
    }

    private static GgufValue ReadString(SourceReader reader)
    {
        byte[] bytes = new byte[reader.ReadCount("bytes of string", 1)];
        reader.Read(bytes);
        return GgufValue.OwnUtf8(bytes);
    }

    /// <summary>Finds where each string starts, then copies the whole stretch of the file at once.</summary>
    private static GgufValue ReadStrings(SourceReader reader)
    {
        var starts = new int[reader.ReadCount("strings", sizeof(ulong))];
        long first = reader.Position;
        for (int i = 0; i < starts.Length; i++)
        {
            ulong length = reader.ReadUInt64();
            if (length > (ulong)reader.Remaining) throw reader.Error($"a string of {length} bytes", $"at most {reader.Remaining}");
            long start = reader.Position - first;
            reader.Skip((long)length);
            if (reader.Position - first > Array.MaxLength)
                throw reader.Error($"strings of more than {Array.MaxLength} bytes together", "fewer");
            starts[i] = (int)start;
        }
        byte[] content = GC.AllocateUninitializedArray<byte>((int)(reader.Position - first));
        reader.ReadAt(first, content);
        return GgufValue.Of(new GgufStrings(Checked(reader, content, starts), starts));
    }

    /// <summary>The lengths stood in the file twice: a file that changes between the two readings must not deceive.</summary>
    private static byte[] Checked(SourceReader reader, byte[] content, int[] starts)
    {
        for (int i = 0; i < starts.Length; i++)
        {
            int end = i + 1 < starts.Length ? starts[i + 1] - sizeof(ulong) : content.Length;
            if (BinaryPrimitives.ReadInt64LittleEndian(content.AsSpan(starts[i] - sizeof(ulong))) != end - starts[i])
                throw reader.Error("a file that changes while it is read", "one that does not");
        }
        return content;
    }

    private static GgufValue ReadArrays(SourceReader reader, int depth)
    {
        if (depth == GgufValue.DeepestArray) throw reader.Error($"arrays nested deeper than {depth}", $"at most {depth}");
        var values = new GgufValue[reader.ReadCount("arrays", ArrayHeader)];
        for (int i = 0; i < values.Length; i++) values[i] = ReadArray(reader, depth + 1);
        return GgufValue.OfArrays(values);
    }

    private static ModelFormatException UnknownType(SourceReader reader, GgufValueType type) =>
        reader.Error($"value type {(uint)type}", "0 to 12");
}
