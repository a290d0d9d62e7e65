namespace Engine.Formats.Safetensors;

/// <summary>One tensor as the header describes it, its size already checked against its byte range.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Lengths of its axes.</param>
/// <param name="Begin">First byte, from the start of the file's data section.</param>
/// <param name="End">The byte behind its last one.</param>
internal sealed record SafetensorsTensorInfo(string Name, SafetensorsDType DType, long[] Shape, long Begin, long End);
