using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>The tensors of one module: finds them by the ends of their names, checks type and shape, remembers which were taken.</summary>
/// <param name="file">The checkpoint.</param>
/// <param name="module">The module's name.</param>
internal sealed class ModuleTensors(SafetensorsFile file, string module)
{
    /// <summary>Stands for any length in an expected shape.</summary>
    public const long Any = -1;

    private readonly List<string> _taken = [];

    /// <summary>The module's name.</summary>
    public string Module => module;

    /// <summary>Names of the tensors that were taken.</summary>
    public IReadOnlyList<string> Taken => _taken;

    /// <summary>Metadata of the checkpoint's (first) file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => file.Metadata;

    /// <summary>Whether the checkpoint has the tensor MODULE + <paramref name="part"/>.</summary>
    public bool Has(string part) => file.TryGetTensor(module + part, out _);

    /// <summary>Takes the tensor MODULE + <paramref name="part"/> where there is one.</summary>
    public SafetensorsTensor? Find(string part)
    {
        if (!file.TryGetTensor(module + part, out SafetensorsTensor? tensor)) return null;
        _taken.Add(tensor.Name);
        return tensor;
    }

    /// <summary>Takes a tensor that must be there.</summary>
    /// <exception cref="ModelFormatException">It is not.</exception>
    public SafetensorsTensor Get(string part) =>
        Find(part) ?? throw new ModelFormatException(file.Path, module + part, "no such tensor", $"one, as {module} is quantized");

    /// <summary>Takes a tensor that must be there, of one of some types and a shape.</summary>
    /// <param name="part">The end of its name.</param>
    /// <param name="types">The types that it may have.</param>
    /// <param name="shape">Lengths of its axes, with <see cref="Any"/> for any.</param>
    /// <exception cref="ModelFormatException">It is missing, or another.</exception>
    public SafetensorsTensor Get(string part, ReadOnlySpan<SafetensorsDType> types, params ReadOnlySpan<long> shape)
    {
        SafetensorsTensor tensor = Get(part);
        CheckType(tensor, types);
        CheckShape(tensor, shape);
        return tensor;
    }

    /// <summary>Refuses a tensor that has none of some types.</summary>
    public static void CheckType(SafetensorsTensor tensor, params ReadOnlySpan<SafetensorsDType> types)
    {
        if (!types.Contains(tensor.DType)) throw Error(tensor, $"type {tensor.DType}", string.Join(" or ", types.ToArray()));
    }

    /// <summary>Refuses a tensor of another shape.</summary>
    public static void CheckShape(SafetensorsTensor tensor, params ReadOnlySpan<long> shape)
    {
        bool fits = tensor.Shape.Count == shape.Length;
        for (int axis = 0; fits && axis < shape.Length; axis++) fits = shape[axis] == Any || shape[axis] == tensor.Shape[axis];
        if (!fits) throw Error(tensor, $"shape {Shown(tensor.Shape)}", Shown(shape.ToArray()));
    }

    /// <summary>Refuses a tensor that has not so many elements.</summary>
    public static void CheckElements(SafetensorsTensor tensor, long elements)
    {
        if (tensor.Elements != elements) throw Error(tensor, $"shape {Shown(tensor.Shape)}", $"{elements} elements");
    }

    /// <summary>A number of rows, columns or groups, checked to be usable.</summary>
    /// <exception cref="ModelFormatException">It is zero or too large.</exception>
    public static int Length(SafetensorsTensor tensor, long length, string what)
    {
        if (length is < 1 or > int.MaxValue / 2)
            throw Error(tensor, $"{length} {what}", $"1 to {int.MaxValue / 2}");
        return (int)length;
    }

    /// <summary>An error in a tensor.</summary>
    public static ModelFormatException Error(SafetensorsTensor tensor, string found, string expected) =>
        new(tensor.File, tensor.Name, found, expected);

    private static string Shown(IEnumerable<long> shape) =>
        $"[{string.Join(", ", shape.Select(length => length == Any ? "any" : length.ToString()))}]";
}
