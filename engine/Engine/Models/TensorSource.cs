using Engine.Formats;
using Engine.Kernels;

namespace Engine.Models;

/// <summary>Some rows of a tensor that has been checked and can be loaded as a matrix.</summary>
internal readonly record struct MatrixPlan(ITensor Tensor, long FirstRow, int Rows, int Columns)
{
    internal Matrix Load(RowsLoader load) => Load(Tensor, Tensor.Type.Type, load);

    /// <summary>Loads the same rows of other data of the tensor's shape.</summary>
    internal Matrix Load(ITensorData data, QuantType type, RowsLoader load)
    {
        long rowBytes = QuantTypes.Get(type).RowBytes(Columns);
        if (data.ByteLength != Tensor.Rows * rowBytes)
            throw new ModelFormatException(data.File, data.Name, $"{data.ByteLength} bytes", $"{Tensor.Rows} rows of {rowBytes}");
        return load(new TensorRows(data, FirstRow * rowBytes, Rows * rowBytes), type, Rows, Columns);
    }
}

/// <summary>A matrix that can be loaded, its bias, and the factor that lies beside it.</summary>
internal readonly record struct LinearPlan(MatrixPlan Weight, float[]? Bias, float Scale = 1f)
{
    internal Linear Load(RowsLoader load) => new(Weight.Load(load), Bias, Scale);
}

/// <summary>
/// The tensors of a file, each held against the shape that the model needs before anything large is allocated. It remembers which were
/// asked for, so that one that nobody wants (and that would change the result) is found.
/// </summary>
internal sealed class TensorSource(IModelSource file)
{
    // Tensors that become arrays are vectors and small matrices; the largest known, DeepSeek-V3's attn_kv_b, has 2^24 elements.
    private const int MostDecoded = 1 << 28;

    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    internal string File => file.Path;

    internal bool Has(string name) => file.TryGetTensor(name, out _);

    /// <summary>The first of the names that the file has as a weight, else the first of all; null where there are no names.</summary>
    internal string? FirstPresent(IReadOnlyList<string> names, string prefix)
    {
        if (names.Count == 0) return null;
        foreach (string name in names)
        {
            if (Has($"{prefix}{name}.weight")) return prefix + name;
        }
        return prefix + names[0];
    }

    /// <summary>A tensor of this shape (GGML's order, row length first); axes of length 1 at the end may be missing or too many.</summary>
    internal ITensor Get(string name, params ReadOnlySpan<long> shape)
    {
        ITensor tensor = file.GetTensor(name);
        _used.Add(name);
        bool fits = true;
        for (int axis = 0; axis < Math.Max(tensor.Shape.Count, shape.Length); axis++)
        {
            fits &= (axis < tensor.Shape.Count ? tensor.Shape[axis] : 1) == (axis < shape.Length ? shape[axis] : 1);
        }
        if (!fits)
        {
            throw new ModelFormatException(
                tensor.File, name, $"shape [{string.Join(", ", tensor.Shape)}]", $"[{string.Join(", ", shape.ToArray())}]");
        }
        if (!tensor.Type.CanDecode)
        {
            throw new ModelFormatException(tensor.File, name, $"type {tensor.Type.Name}", "a type of weights");
        }
        return tensor;
    }

    /// <summary>A table of any number of rows.</summary>
    internal ITensor GetTable(string name, int columns) => Get(name, columns, file.GetTensor(name).Rows);

    /// <summary>A matrix of rows × columns.</summary>
    internal MatrixPlan Matrix(string name, int rows, int columns) => new(Get(name, columns, rows), 0, rows, columns);

    /// <summary>
    /// The matrix NAME.weight with the bias NAME.bias, which a file may lack unless it is required, and the factor NAME.scale, which files
    /// with NVFP4 weights have.
    /// </summary>
    internal LinearPlan Linear(string name, int rows, int columns, bool requiresBias) =>
        new(Matrix(name + ".weight", rows, columns), Bias(name, rows, requiresBias), Scales(name, 1)?[0] ?? 1f);

    /// <summary>Matrices that lie in one tensor, one after the other, with their share of its bias.</summary>
    internal LinearPlan[] Split(string name, int columns, bool requiresBias, params ReadOnlySpan<int> rows)
    {
        int total = 0;
        foreach (int count in rows) total += count;
        return Split(Linear(name, total, columns, requiresBias), rows);
    }

    /// <summary>Cuts a matrix and its bias into runs of rows.</summary>
    internal static LinearPlan[] Split(LinearPlan whole, params ReadOnlySpan<int> rows)
    {
        var parts = new LinearPlan[rows.Length];
        int first = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            MatrixPlan weight = whole.Weight with { FirstRow = whole.Weight.FirstRow + first, Rows = rows[i] };
            parts[i] = whole with { Weight = weight, Bias = whole.Bias?.AsSpan(first, rows[i]).ToArray() };
            first += rows[i];
        }
        return parts;
    }

    /// <summary>The matrices of a stack of experts with their biases.</summary>
    internal LinearPlan[] Stack(string name, int experts, int rows, int columns, bool requiresBias)
    {
        ITensor tensor = Get(name + ".weight", columns, rows, experts);
        float[]? biases = requiresBias || Has(name + ".bias") ? Decode(Get(name + ".bias", rows, experts)) : null;
        float[]? scales = Scales(name, experts);
        var stack = new LinearPlan[experts];
        for (int expert = 0; expert < experts; expert++)
        {
            stack[expert] = new(
                new MatrixPlan(tensor, (long)expert * rows, rows, columns), biases?.AsSpan(expert * rows, rows).ToArray(),
                scales?[expert] ?? 1f);
        }
        return stack;
    }

    /// <summary>A vector of numbers.</summary>
    internal float[] Vector(string name, int length) => Decode(Get(name, length));

    /// <summary>A vector that a file may lack.</summary>
    internal float[]? OptionalVector(string name, int length) => Has(name) ? Vector(name, length) : null;

    /// <summary>The bias NAME.bias.</summary>
    internal float[]? Bias(string name, int length, bool required) =>
        required ? Vector(name + ".bias", length) : OptionalVector(name + ".bias", length);

    /// <summary>Factors of matrices, NAME.scale, one each; null where the file has none.</summary>
    private float[]? Scales(string name, int count) => OptionalVector(name + ".scale", count);

    /// <summary>All values of a tensor, in order.</summary>
    internal static float[] Decode(ITensor tensor)
    {
        if (tensor.Elements > MostDecoded)
        {
            throw new ModelFormatException(tensor.File, tensor.Name, $"{tensor.Elements} values", $"at most {MostDecoded}");
        }
        var bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        int invalid = tensor.Type.FirstInvalidBlock(bytes);
        if (invalid >= 0) throw new ModelFormatException(tensor.File, tensor.Name, $"block {invalid} that is not finite", "finite values");
        var values = new float[tensor.Elements];
        tensor.Type.Decode(bytes, values);
        return values;
    }

    /// <summary>Refuses a file with a tensor in its first layers, or outside the layers, that was not asked for.</summary>
    internal void CheckAllUsed(int layers)
    {
        foreach (ITensor tensor in file.Tensors)
        {
            if (!_used.Contains(tensor.Name) && !MayBeIgnored(tensor.Name, layers))
            {
                throw new ModelFormatException(
                    tensor.File, tensor.Name, "a tensor that the model's family does not have", "its tensors alone");
            }
        }
    }

    // Layers past the last one predict further tokens; ".input_scale" is for activations in FP4, which are not used; "cls" is a classifier
    // on top of an encoder; attn_rot_embd holds what RoPE computes.
    private static bool MayBeIgnored(string name, int layers)
    {
        if (name.EndsWith(".input_scale", StringComparison.Ordinal)) return true;
        if (name.StartsWith("cls", StringComparison.Ordinal) || name.Contains("attn_rot_embd", StringComparison.Ordinal)) return true;
        string[] parts = name.Split('.');
        return parts.Length > 2 && parts[0] == "blk" && int.TryParse(parts[1], out int layer) && layer >= layers;
    }
}
