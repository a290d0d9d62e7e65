using System.Runtime.InteropServices;

namespace Engine.Kernels.Tests;

/// <summary>Memory that ends where a page begins that nobody may touch: whoever reads past the end is ended by the system.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadWrite = 3, PrivateAnonymous = 0x22;
    private static readonly nuint PageBytes = (nuint)Environment.SystemPageSize;
    private readonly nuint _mapped;
    private readonly nint _start;

    public GuardedMemory(long length)
    {
        nuint usable = ((nuint)length + PageBytes - 1) / PageBytes * PageBytes;
        _mapped = usable + PageBytes;
        _start = Map(0, _mapped, ReadWrite, PrivateAnonymous, -1, 0);
        if (_start == -1 || Protect(_start + (nint)usable, PageBytes, 0) != 0) throw new OutOfMemoryException("No guarded pages.");
        Pointer = (byte*)_start + usable - length;
    }

    public byte* Pointer { get; }

    public void Dispose() => _ = Unmap(_start, _mapped);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
