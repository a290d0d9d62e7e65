using System.Runtime.InteropServices;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Tests.Blocks;

/// <summary>The tensors of a safetensors file as arrays.</summary>
internal sealed class FixtureTensors(string path) : IDisposable
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(path);

    public bool Has(string name) => _file.TryGetTensor(name, out _);

    public byte[] Bytes(string name)
    {
        SafetensorsTensor tensor = _file.GetTensor(name);
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return bytes;
    }

    public ReadOnlySpan<float> Floats(string name) => MemoryMarshal.Cast<byte, float>(Bytes(name));

    public void Dispose() => _file.Dispose();
}
