using System.Diagnostics.CodeAnalysis;

namespace Engine.Formats.Sources;

/// <summary>A model's tensors in order and by name.</summary>
/// <param name="model">The model's path, for messages.</param>
internal sealed class TensorTable<T>(string model)
    where T : class, ITensorData
{
    private readonly OrderedDictionary<string, T> _tensors = new(StringComparer.Ordinal);

    /// <summary>All tensors in the order in which they were added.</summary>
    public IReadOnlyList<T> All => _tensors.Values;

    /// <summary>Adds a tensor whose name no other has.</summary>
    public void Add(T tensor)
    {
        if (!_tensors.TryAdd(tensor.Name, tensor))
            throw new ModelFormatException(tensor.File, tensor.Name, $"a tensor that {_tensors[tensor.Name].File} has too", "one");
    }

    public bool TryGet(string name, [MaybeNullWhen(false)] out T tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>Finds a tensor, or throws and names what is missing.</summary>
    public T Get(string name) => TryGet(name, out T? tensor)
        ? tensor
        : throw new ModelFormatException(
            model, name, _tensors.Count > 0 ? $"no such tensor among {_tensors.Count}" : "a file without tensors", "a tensor of this name");
}
