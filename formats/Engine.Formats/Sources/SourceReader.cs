using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Formats.Sources;

/// <summary>
/// Reads a header's little-endian fields one after another through a small buffer. Asks for no byte beyond the file's length: a field
/// that does not fit is refused before anything is allocated for it.
/// </summary>
internal sealed class SourceReader(ByteSource source)
{
    private const int BufferSize = 1 << 16;

    private readonly byte[] _buffer = new byte[(int)Math.Min(BufferSize, source.Length)];
    private long _bufferStart;
    private int _next;
    private int _filled;

    /// <summary>The file, for messages.</summary>
    public string File => source.Name;

    /// <summary>The part of the file that is being read, for messages.</summary>
    public string? Item { get; set; }

    /// <summary>Offset of the next byte from the file's start.</summary>
    public long Position => _bufferStart + _next;

    /// <summary>Bytes from the next one to the file's end.</summary>
    public long Remaining => source.Length - Position;

    public byte ReadByte() => Take(1)[0];

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>Reads a number of any type; as everywhere in this library the host is little endian.</summary>
    public T Read<T>() where T : unmanaged => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>()));

    /// <summary>
    /// Reads a count of things that each need at least <paramref name="smallest"/> bytes, and refuses one that the rest of the file
    /// cannot hold or that no array can.
    /// </summary>
    public int ReadCount(string things, int smallest)
    {
        ulong count = ReadUInt64();
        if (count > (ulong)(Remaining / smallest))
            throw Error($"{count} {things}", $"at most {Remaining / smallest}, what the {Remaining} bytes that follow can hold");
        if (count > (ulong)Array.MaxLength)
            throw Error($"{count} {things}", $"at most {Array.MaxLength}");
        return (int)count;
    }

    /// <summary>Copies bytes; large destinations are filled straight from the file.</summary>
    public void Read(Span<byte> destination)
    {
        Demand(destination.Length);
        int buffered = Math.Min(destination.Length, _filled - _next);
        _buffer.AsSpan(_next, buffered).CopyTo(destination);
        _next += buffered;
        destination = destination[buffered..];
        if (destination.IsEmpty) return;
        source.Read(Position, destination, Item);
        MoveTo(Position + destination.Length);
    }

    /// <summary>Passes over bytes unread.</summary>
    public void Skip(long count)
    {
        Demand(count);
        if (count <= _filled - _next) _next += (int)count;
        else MoveTo(Position + count);
    }

    /// <summary>Copies bytes that were passed already; the position stays.</summary>
    public void ReadAt(long position, Span<byte> destination) => source.Read(position, destination, Item);

    public ModelFormatException Error(string found, string expected) => new(File, Item, found, expected);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_filled - _next < count)
        {
            Demand(count);
            MoveTo(Position);
            _filled = (int)Math.Min(_buffer.Length, Remaining);
            source.Read(_bufferStart, _buffer.AsSpan(0, _filled), Item);
        }
        ReadOnlySpan<byte> taken = _buffer.AsSpan(_next, count);
        _next += count;
        return taken;
    }

    private void MoveTo(long position)
    {
        _bufferStart = position;
        _next = 0;
        _filled = 0;
    }

    private void Demand(long count)
    {
        if (count > Remaining) throw Error($"{Remaining} bytes up to the end of the file", $"{count} or more");
    }
}
