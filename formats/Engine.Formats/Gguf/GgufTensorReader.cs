using Engine.Formats.Sources;

namespace Engine.Formats.Gguf;

/// <summary>Reads tensor descriptions and checks where their data lies.</summary>
internal static class GgufTensorReader
{
    /// <summary>Reads one description: name, shape, type, offset.</summary>
    public static GgufTensorInfo Read(SourceReader reader)
    {
        string name = GgufValueReader.ReadName(reader);
        reader.Item = name;
        uint axes = reader.ReadUInt32();
        if (axes is 0 or > GgufShape.MostAxes) throw reader.Error($"{axes} dimensions", $"1 to {GgufShape.MostAxes}");
        var shape = new long[axes];
        for (int i = 0; i < shape.Length; i++) shape[i] = ReadLength(reader, i);

        uint id = reader.ReadUInt32();
        if (!QuantTypes.TryGet(id, out QuantTypeInfo? type)) throw reader.Error($"tensor type {id}", "one that this version knows");
        if (shape[0] % type.BlockElements != 0)
            throw reader.Error($"rows of {shape[0]} elements", $"a multiple of {type.Name}'s block of {type.BlockElements}");
        long bytes = GgufShape.Bytes(type, shape)
            ?? throw reader.Error($"shape {string.Join(" x ", shape)} of {type.Name}", "one whose size can be counted in 63 bits");
        return new GgufTensorInfo(name, type, shape, reader.ReadUInt64(), bytes);
    }

    /// <summary>
    /// Checks that every tensor starts at a multiple of the alignment, ends within the file and shares no byte with another.
    /// </summary>
    public static void CheckPlacement(GgufHeader header, ByteSource source)
    {
        if (header.Tensors.Count == 0) return;
        if (header.DataStart > source.Length)
        {
            throw new ModelFormatException(
                source.Name, "data section", $"{source.Length} bytes of file", $"a data section from byte {header.DataStart} on");
        }
        long available = source.Length - header.DataStart;
        foreach (GgufTensorInfo tensor in header.Tensors)
        {
            if (tensor.Offset % header.Alignment != 0)
                throw new ModelFormatException(source.Name, tensor.Name, $"offset {tensor.Offset}", $"a multiple of {header.Alignment}");
            if (tensor.Offset > (ulong)available || tensor.ByteLength > available - (long)tensor.Offset)
            {
                throw new ModelFormatException(
                    source.Name, tensor.Name, $"{available} bytes of tensor data", $"{tensor.ByteLength} bytes from {tensor.Offset} on");
            }
        }
        CheckOverlaps(header, source);
    }

    private static long ReadLength(SourceReader reader, int axis)
    {
        ulong length = reader.ReadUInt64();
        return length is > 0 and <= long.MaxValue
            ? (long)length
            : throw reader.Error($"a length of {length} in dimension {axis}", $"1 to {long.MaxValue}");
    }

    private static void CheckOverlaps(GgufHeader header, ByteSource source)
    {
        GgufTensorInfo[] byOffset = [.. header.Tensors.OrderBy(tensor => tensor.Offset)];
        for (int i = 1; i < byOffset.Length; i++)
        {
            GgufTensorInfo before = byOffset[i - 1], tensor = byOffset[i];
            ulong end = before.Offset + (ulong)before.ByteLength;
            if (tensor.Offset < end)
            {
                throw new ModelFormatException(
                    source.Name, tensor.Name, $"offset {tensor.Offset}", $"{end} or more, where \"{before.Name}\" ends");
            }
        }
    }
}
