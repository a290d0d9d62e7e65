using System.Buffers.Binary;
using Engine.Formats;

namespace Engine.Tokenization.SentencePiece;

/// <summary>Walks through the fields of one message in the Protocol Buffers wire format (protobuf.dev/programming-guides/encoding).</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message, string file)
{
    private const int MostVarintBytes = 10;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>Its number or the bits of its number; 0 for bytes.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its bytes, where it is a string or message; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Its number as a 32-bit float.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle((uint)Number);

    /// <summary>Reads the next field.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="ModelFormatException">The bytes are no message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty) return false;
        ulong tag = ReadVarint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = ReadVarint();
                return true;
            case 1:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                return true;
            case 2:
                Bytes = Take(ReadVarint());
                return true;
            case 5:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                return true;
            default:
                throw Malformed($"a field of wire type {tag & 7}");
        }
    }

    /// <summary>A reader of the message that the field is.</summary>
    public readonly ProtoReader Message() => new(Bytes, file);

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < MostVarintBytes; i++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80) return value;
        }
        throw Malformed($"a number of more than {MostVarintBytes} bytes");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length) throw Malformed($"{_rest.Length} bytes where {count} should be");
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }

    private readonly ModelFormatException Malformed(string found) => new(file, null, found, "a SentencePiece model (Protocol Buffers)");
}
