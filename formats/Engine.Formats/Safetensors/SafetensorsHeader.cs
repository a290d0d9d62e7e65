using Engine.Formats.Sources;

namespace Engine.Formats.Safetensors;

/// <summary>The header of one safetensors file: a length in 8 bytes, then that many bytes of JSON. The rest of the file is data.</summary>
/// <param name="Tensors">Tensor descriptions in the header's order.</param>
/// <param name="Metadata">What stands under <c>__metadata__</c>.</param>
/// <param name="DataStart">Offset of the data section from the file's start.</param>
internal sealed record SafetensorsHeader(
    List<SafetensorsTensorInfo> Tensors, IReadOnlyDictionary<string, string> Metadata, long DataStart)
{
    /// <summary>Longest JSON text in bytes; the reference implementation's limit.</summary>
    public const int LongestJson = 100_000_000;

    private const string Section = "header";
    private const string MetadataName = "__metadata__";

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="ModelFormatException">The header is malformed or does not cover the data exactly.</exception>
    public static SafetensorsHeader Read(ByteSource source)
    {
        var reader = new SourceReader(source) { Item = Section };
        int length = reader.ReadCount("bytes of JSON", 1);
        if (length > LongestJson) throw reader.Error($"{length} bytes of JSON", $"at most {LongestJson}");
        byte[] text = new byte[length];
        reader.Read(text);
        if (length == 0 || text[0] != '{') throw reader.Error("a header that does not begin with {", "a JSON object");

        var tensors = new List<SafetensorsTensorInfo>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        JsonFields.ReadObject(text, source.Name, Section, (ref JsonFields json, string name) =>
        {
            json.Item = name;
            if (name == MetadataName) ReadMetadata(ref json, metadata);
            else tensors.Add(ReadTensor(ref json, name));
            json.Item = null;
        });
        CheckCover(source, tensors, reader.Remaining);
        return new SafetensorsHeader(tensors, metadata, reader.Position);
    }

    private static void ReadMetadata(ref JsonFields json, Dictionary<string, string> metadata) =>
        json.ReadObject((ref JsonFields inner, string key) => metadata.Add(key, inner.ReadString()));

    private static SafetensorsTensorInfo ReadTensor(ref JsonFields json, string name)
    {
        string? typeName = null;
        long[]? shape = null, offsets = null;
        json.ReadObject((ref JsonFields inner, string field) =>
        {
            switch (field)
            {
                case "dtype": typeName = inner.ReadString(); break;
                case "shape": shape = inner.ReadLengths(); break;
                case "data_offsets": offsets = inner.ReadLengths(); break;
                default: throw inner.Error($"the field \"{ModelFormatException.Shown(field)}\"", "dtype, shape and data_offsets");
            }
        });
        if (typeName is null || shape is null || offsets is null)
            throw json.Error("a description without one of its fields", "dtype, shape and data_offsets");
        if (!SafetensorsDTypes.TryParse(typeName, out SafetensorsDType type))
            throw json.Error($"dtype \"{ModelFormatException.Shown(typeName)}\"", string.Join(", ", Enum.GetNames<SafetensorsDType>()));
        if (offsets is not [long begin, long end] || begin > end)
            throw json.Error($"data_offsets [{Shown(offsets)}]", "a begin and an end not before it");
        if (BytesOf(type, shape) is not { } bytes || bytes != end - begin)
            throw json.Error($"{end - begin} bytes of data", $"as many as shape [{Shown(shape)}] of {type} needs");
        return new SafetensorsTensorInfo(name, type, shape, begin, end);
    }

    /// <summary>Size of a tensor's data; null where it is no whole number of bytes or exceeds a long.</summary>
    private static long? BytesOf(SafetensorsDType type, long[] shape)
    {
        Int128 elements = 1;
        foreach (long length in shape)
        {
            elements *= length;
            if (elements > long.MaxValue) return null;
        }
        (Int128 bytes, Int128 rest) = Int128.DivRem(elements * type.Bits(), 8);
        return rest == 0 && bytes <= long.MaxValue ? (long)bytes : null;
    }

    /// <summary>The specification demands that the tensors cover the data without hole or overlap.</summary>
    private static void CheckCover(ByteSource source, List<SafetensorsTensorInfo> tensors, long available)
    {
        long end = 0;
        foreach (SafetensorsTensorInfo tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != end)
            {
                throw new ModelFormatException(
                    source.Name, tensor.Name, $"data from byte {tensor.Begin} on", $"{end}, where the data before it ends");
            }
            if (tensor.End > available)
            {
                throw new ModelFormatException(
                    source.Name, tensor.Name, $"{available} bytes of data in the file", $"{tensor.End} or more");
            }
            end = tensor.End;
        }
        if (end != available)
            throw new ModelFormatException(source.Name, "data section", $"{available} bytes", $"{end}, what the tensors cover");
    }

    private static string Shown(long[] numbers) => ModelFormatException.Shown(string.Join(", ", numbers));
}
