using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Models;

/// <summary>F32 values in memory that were made from a file's tensor.</summary>
internal sealed class MemoryTensor(string file, string name, float[] values) : ITensorData
{
    public string File => file;

    public string Name => name;

    public long ByteLength => (long)values.Length * sizeof(float);

    public nint Address => 0;

    public void Read(long offset, Span<byte> destination) =>
        MemoryMarshal.AsBytes<float>(values).Slice(checked((int)offset), destination.Length).CopyTo(destination);
}
