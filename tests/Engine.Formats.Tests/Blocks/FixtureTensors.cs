using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Engine.Formats.Tests.Blocks;

/// <summary>The tensors of a safetensors file, read whole: enough for fixtures, and independent of the library's reader.</summary>
internal sealed class FixtureTensors
{
    private readonly byte[] _file;
    private readonly int _dataStart;
    private readonly JsonElement _header;

    public FixtureTensors(string path)
    {
        _file = File.ReadAllBytes(path);
        int headerBytes = (int)BinaryPrimitives.ReadInt64LittleEndian(_file);
        _dataStart = 8 + headerBytes;
        _header = JsonDocument.Parse(_file.AsMemory(8, headerBytes)).RootElement;
    }

    public bool Has(string name) => _header.TryGetProperty(name, out _);

    public ReadOnlySpan<byte> Bytes(string name)
    {
        JsonElement offsets = _header.GetProperty(name).GetProperty("data_offsets");
        return _file.AsSpan(_dataStart + offsets[0].GetInt32(), offsets[1].GetInt32() - offsets[0].GetInt32());
    }

    public ReadOnlySpan<float> Floats(string name) => MemoryMarshal.Cast<byte, float>(Bytes(name));
}
