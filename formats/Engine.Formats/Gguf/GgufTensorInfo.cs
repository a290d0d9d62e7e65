namespace Engine.Formats.Gguf;

/// <summary>One tensor as the header describes it, its size already checked for overflow.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its encoding.</param>
/// <param name="Shape">Lengths of its axes.</param>
/// <param name="Offset">First byte, from the start of the file's data section.</param>
/// <param name="ByteLength">Bytes of data.</param>
internal sealed record GgufTensorInfo(string Name, QuantTypeInfo Type, long[] Shape, ulong Offset, long ByteLength);
