using System.Buffers.Binary;
using Engine.Formats.Sources;

namespace Engine.Formats.Gguf;

/// <summary>Everything of one GGUF file before its data: version, metadata, tensor descriptions.</summary>
/// <param name="Version">2 or 3; the layouts are alike.</param>
/// <param name="Metadata">Keys and values in the file's order.</param>
/// <param name="Tensors">Tensor descriptions in the file's order.</param>
/// <param name="Alignment">What offsets are multiples of.</param>
/// <param name="End">Offset of the first byte behind the header.</param>
internal sealed record GgufHeader(
    uint Version, GgufMetadata Metadata, List<GgufTensorInfo> Tensors, uint Alignment, long End)
{
    public const string AlignmentKey = "general.alignment";
    public const uint DefaultAlignment = 32;

    /// <summary>"GGUF" read as a little-endian number.</summary>
    public const uint Magic = 0x46554747;

    private const int SmallestPair = sizeof(ulong) + 1 + sizeof(uint) + 1;
    private const int SmallestTensor = sizeof(ulong) + 1 + sizeof(uint) + sizeof(ulong) + sizeof(uint) + sizeof(ulong);

    /// <summary>Start of the data section.</summary>
    public long DataStart => Align(End, Alignment);

    /// <summary>Reads and checks a header; nothing is allocated for a count that the file cannot hold.</summary>
    /// <exception cref="ModelFormatException">The header is malformed.</exception>
    public static GgufHeader Read(ByteSource source)
    {
        var reader = new SourceReader(source) { Item = "header" };
        uint version = ReadVersion(reader);
        int tensorCount = reader.ReadCount("tensors", SmallestTensor);
        int pairCount = reader.ReadCount("metadata keys", SmallestPair);

        GgufMetadata metadata = ReadMetadata(reader, pairCount);
        uint alignment = metadata.GetUInt32(AlignmentKey, DefaultAlignment);
        if (!uint.IsPow2(alignment)) throw new ModelFormatException(source.Name, AlignmentKey, $"{alignment}", "a power of two");

        var tensors = new List<GgufTensorInfo>();
        for (int i = 0; i < tensorCount; i++)
        {
            reader.Item = $"tensor {i}";
            tensors.Add(GgufTensorReader.Read(reader));
        }
        return new GgufHeader(version, metadata, tensors, alignment, reader.Position);
    }

    /// <summary>The next multiple of a power of two.</summary>
    public static long Align(long offset, uint alignment) => (offset + alignment - 1) & -(long)alignment;

    private static uint ReadVersion(SourceReader reader)
    {
        uint magic = reader.ReadUInt32();
        if (magic != Magic)
            throw reader.Error($"first bytes {BinaryPrimitives.ReverseEndianness(magic):x8}", "47475546 (\"GGUF\")");
        uint version = reader.ReadUInt32();
        if (version is 2 or 3) return version;
        if ((version & 0xFFFF) == 0 && version != 0)
            throw reader.Error("a big-endian file", "a little-endian one (convert it with gguf-py's gguf_convert_endian)");
        throw reader.Error($"version {version}", "2 or 3");
    }

    private static GgufMetadata ReadMetadata(SourceReader reader, int count)
    {
        var values = new OrderedDictionary<string, GgufValue>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            reader.Item = $"metadata key {i}";
            string key = GgufValueReader.ReadName(reader);
            reader.Item = key;
            if (!values.TryAdd(key, GgufValueReader.ReadValue(reader))) throw reader.Error("the key twice", "once");
        }
        return new GgufMetadata(reader.File, values);
    }
}
