using Engine.Formats.Gguf;
using Engine.Quantization.Imatrix;

namespace Engine.Quantization.Conversion;

/// <summary>An importance matrix as a run uses it, and what the output says of it.</summary>
/// <param name="matrix">The matrix.</param>
public sealed class ImatrixImportance(ImportanceMatrix matrix) : ITensorImportance
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, GgufValue> Metadata { get; } = new Dictionary<string, GgufValue>
    {
        ["quantize.imatrix.file"] = GgufValue.Of(matrix.File),
        ["quantize.imatrix.dataset"] = GgufValue.Of(matrix.Datasets.Count > 0 ? matrix.Datasets[0] : ""),
        ["quantize.imatrix.entries_count"] = GgufValue.Of((uint)matrix.Entries.Count),
        ["quantize.imatrix.chunks_count"] = GgufValue.Of((uint)Math.Clamp(matrix.ChunkCount, 0, uint.MaxValue)),
    };

    /// <inheritdoc/>
    public float[]? WeightsOf(string tensor, int columns, int matrices) => matrix.WeightsOf(tensor, columns, matrices);
}
