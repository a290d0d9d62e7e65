using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>Memory outside the garbage collector's heap, aligned to a cache line.</summary>
public sealed unsafe class NativeBuffer : IDisposable
{
    /// <summary>Every buffer starts at a multiple of this many bytes.</summary>
    public const int Alignment = 64;

    private readonly bool _borrowed;
    private byte* _pointer;

    /// <summary>Allocates <paramref name="length"/> bytes, zeroed unless the caller is going to write all of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative length.</exception>
    /// <exception cref="OutOfMemoryException">The memory is not there.</exception>
    public NativeBuffer(long length, bool zeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        // Vector loads of the last elements may touch the rest of their cache line, so it belongs to the buffer.
        nuint bytes = checked((nuint)((length + Alignment - 1) / Alignment * Alignment + Alignment));
        _pointer = (byte*)NativeMemory.AlignedAlloc(bytes, Alignment);
        HugePages.Advise(_pointer, bytes);
        if (zeroed) NativeMemory.Clear(_pointer, bytes);
        Length = length;
    }

    private NativeBuffer(byte* pointer, long length)
    {
        _pointer = pointer;
        _borrowed = true;
        Length = length;
    }

    /// <summary>A buffer over memory that is somebody else's, which must outlive it.</summary>
    internal static NativeBuffer Borrow(byte* pointer, long length) => new(pointer, length);

    /// <summary>Frees the memory of a buffer that nobody disposed.</summary>
    ~NativeBuffer() => Free();

    /// <summary>Bytes asked for.</summary>
    public long Length { get; }

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">The buffer is disposed.</exception>
    public byte* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_pointer is null, this);
            return _pointer;
        }
    }

    /// <summary>Frees the memory; nobody may use pointers into it any more.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (!_borrowed) NativeMemory.AlignedFree(_pointer);
        _pointer = null;
    }
}
