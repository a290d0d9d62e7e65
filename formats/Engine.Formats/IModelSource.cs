using System.Diagnostics.CodeAnalysis;
using Engine.Formats.Gguf;

namespace Engine.Formats;

/// <summary>
/// A model as metadata and tensors under the names that GGUF files give them, whatever it is stored in: a GGUF file, or the folder of a
/// Hugging Face checkpoint, whose keys, names and orders of rows are translated. Disposing it closes the files; tensors can then no longer
/// be read.
/// </summary>
public interface IModelSource : IDisposable
{
    /// <summary>Path of the file or folder, for people.</summary>
    string Path { get; }

    /// <summary>Keys and values.</summary>
    GgufMetadata Metadata { get; }

    /// <summary>All tensors.</summary>
    IReadOnlyList<ITensor> Tensors { get; }

    /// <summary>Paths of the files that hold the tensors.</summary>
    IReadOnlyList<string> Parts { get; }

    /// <summary>Size of those files in bytes, all together.</summary>
    long FileBytes { get; }

    /// <summary>Looks for a tensor by name.</summary>
    bool TryGetTensor(string name, [MaybeNullWhen(false)] out ITensor tensor);

    /// <summary>Finds a tensor by name.</summary>
    /// <exception cref="ModelFormatException">The model has no such tensor.</exception>
    ITensor GetTensor(string name);
}
