using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Quantization.Imatrix;

/// <summary>
/// The form of the file that llama.cpp writes since 2025: per tensor NAME.in_sum2 (sums of squares, [columns, matrices]) and NAME.counts
/// ([1, matrices]), both F32.
/// </summary>
internal static class GgufImportance
{
    private const string TypeKey = "general.type";
    private const string TypeValue = "imatrix";
    private const string DatasetsKey = "imatrix.datasets";
    private const string ChunkCountKey = "imatrix.chunk_count";
    private const string ChunkSizeKey = "imatrix.chunk_size";
    private const string SumsSuffix = ".in_sum2";
    private const string CountsSuffix = ".counts";

    // The largest count up to which F32 is exact to a row in 2^24; beyond 2^53 a double is not exact either.
    private const double MostRows = 1L << 53;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelFormatException">It is no importance matrix, or is malformed.</exception>
    internal static ImportanceMatrix Read(string path)
    {
        using var file = GgufFile.Open(path);
        string type = file.Metadata.GetString(TypeKey, TypeValue);
        if (type != TypeValue) throw new ModelFormatException(path, TypeKey, $"\"{type}\"", $"\"{TypeValue}\"");
        var entries = new List<ImportanceEntry>();
        foreach (GgufTensor tensor in file.Tensors)
        {
            if (Strip(tensor.Name, SumsSuffix) is { } name) entries.Add(ReadEntry(file, tensor, name));
            else if (Strip(tensor.Name, CountsSuffix) is { } counted) file.GetTensor(counted + SumsSuffix);
        }
        if (entries.Count == 0) throw new ModelFormatException(path, null, "a GGUF file without NAME.in_sum2", "an importance matrix");
        string[] datasets = file.Metadata.ContainsKey(DatasetsKey) ? file.Metadata.GetStrings(DatasetsKey) : [];
        return new ImportanceMatrix(
            path, entries, datasets, file.Metadata.GetUInt32(ChunkCountKey, 0), file.Metadata.GetInt32(ChunkSizeKey, 0));
    }

    /// <summary>Writes a file.</summary>
    internal static void Write(ImportanceMatrix matrix, string path)
    {
        var writer = new GgufWriter();
        writer.Add(TypeKey, GgufValue.Of(TypeValue));
        writer.Add(DatasetsKey, GgufValue.Of(matrix.Datasets));
        writer.Add(ChunkCountKey, GgufValue.Of((uint)Math.Clamp(matrix.ChunkCount, 0, uint.MaxValue)));
        writer.Add(ChunkSizeKey, GgufValue.Of((uint)matrix.ChunkSize));
        foreach (ImportanceEntry entry in matrix.Entries)
        {
            AddTensor(writer, entry.Name + SumsSuffix, entry.Columns, entry.Matrices, [.. entry.Sums.ToArray().Select(sum => (float)sum)]);
            AddTensor(writer, entry.Name + CountsSuffix, 1, entry.Matrices, [.. entry.Counts.ToArray().Select(count => (float)count)]);
        }
        writer.Write(path);
    }

    private static void AddTensor(GgufWriter writer, string name, int columns, int matrices, float[] values) => writer.AddTensor(
        name, QuantTypes.Get(QuantType.F32), matrices == 1 ? [columns] : [columns, matrices],
        MemoryMarshal.AsBytes<float>(values).ToArray());

    private static ImportanceEntry ReadEntry(GgufFile file, GgufTensor tensor, string name)
    {
        float[] sums = ReadValues(tensor), counts = ReadValues(file.GetTensor(name + CountsSuffix));
        if (sums.Length % counts.Length != 0)
            throw new ModelFormatException(file.Path, tensor.Name, $"{sums.Length} sums", $"a multiple of its {counts.Length} counts");
        foreach (float sum in sums)
        {
            if (!(sum >= 0 && float.IsFinite(sum)))
                throw new ModelFormatException(file.Path, tensor.Name, $"the value {sum}", "sums of squares, finite and at least 0");
        }
        foreach (float count in counts)
        {
            if (!(count >= 0 && count <= MostRows))
                throw new ModelFormatException(file.Path, name + CountsSuffix, $"the count {count}", $"0 to {MostRows}");
        }
        return new ImportanceEntry(
            name, [.. sums.Select(sum => (double)sum)], [.. counts.Select(count => (long)Math.Round((double)count))]);
    }

    private static float[] ReadValues(GgufTensor tensor)
    {
        if (tensor.Type.Type != QuantType.F32 || tensor.Elements > Array.MaxLength / sizeof(float))
            throw new ModelFormatException(tensor.File, tensor.Name, $"{tensor.Elements} values of {tensor.Type.Name}", "F32, at most 2 GB");
        var values = new float[tensor.Elements];
        tensor.Read(0, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static string? Strip(string name, string suffix) =>
        name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : null;
}
