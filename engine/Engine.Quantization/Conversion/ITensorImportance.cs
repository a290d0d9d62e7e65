using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Quantization.Conversion;

/// <summary>How much the columns of a model's tensors count: an importance matrix, whatever its file.</summary>
public interface ITensorImportance
{
    /// <summary>The weights of a tensor's columns.</summary>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="columns">Length of its rows.</param>
    /// <param name="matrices">Its third axis: 1, or the number of experts.</param>
    /// <returns>columns times matrices numbers, finite and not negative, matrix after matrix; null where nothing is known.</returns>
    /// <exception cref="ModelFormatException">The entry has another size: it belongs to another model.</exception>
    float[]? WeightsOf(string tensor, int columns, int matrices);

    /// <summary>What the output says of it: quantize.imatrix.file and the like.</summary>
    IReadOnlyDictionary<string, GgufValue> Metadata { get; }
}
