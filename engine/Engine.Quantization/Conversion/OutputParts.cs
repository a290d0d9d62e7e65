using System.Globalization;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Conversion;

/// <summary>What is to be written: the keys of a GGUF file, and the tensors where they are now.</summary>
internal sealed record FileContent(GgufMetadata Metadata, IReadOnlyList<ITensor> Tensors);

/// <summary>One file of the output.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Metadata">Its keys and values.</param>
/// <param name="Tensors">Which of the model's tensors lie in it.</param>
internal sealed record OutputPart(string Path, IReadOnlyDictionary<string, GgufValue> Metadata, IReadOnlyList<int> Tensors);

/// <summary>Distributes a model over the files of the output and gives each its metadata.</summary>
internal static class OutputParts
{
    private const string SplitPrefix = "split.";
    private const uint QuantizationVersion = 2;

    /// <summary>The files of the output: one, those of the input, or as many as a size demands.</summary>
    public static IReadOnlyList<OutputPart> Of(string path, FileContent input, IReadOnlyList<TensorPlan> plans, QuantizeOptions options)
    {
        List<List<int>> groups = Groups(input, plans, options);
        OrderedDictionary<string, GgufValue> metadata = Metadata(input, options);
        if (groups.Count == 1) return [new OutputPart(path, metadata, groups[0])];
        return
        [
            .. groups.Select((tensors, i) => new OutputPart(
                PathOf(path, i, groups.Count), Numbered(i == 0 ? metadata : [], i, groups.Count, plans.Count), tensors)),
        ];
    }

    /// <summary>The paths that the output will have, as far as they exist before it is written.</summary>
    public static string PathOf(string path, int index, int count)
    {
        const string extension = ".gguf";
        string name = path.EndsWith(extension, StringComparison.OrdinalIgnoreCase) ? path[..^extension.Length] : path;
        return string.Create(CultureInfo.InvariantCulture, $"{name}-{index + 1:d5}-of-{count:d5}{extension}");
    }

    private static List<List<int>> Groups(FileContent input, IReadOnlyList<TensorPlan> plans, QuantizeOptions options)
    {
        var groups = new List<List<int>> { new() };
        long size = 0;
        for (int i = 0; i < plans.Count; i++)
        {
            bool isNext = options.KeepSplit && i > 0 && input.Tensors[i].File != input.Tensors[i - 1].File;
            bool isFull = options.SplitSize > 0 && groups[^1].Count > 0 && size + plans[i].Bytes > options.SplitSize;
            if (isNext || isFull)
            {
                groups.Add([]);
                size = 0;
            }
            groups[^1].Add(i);
            size += plans[i].Bytes;
        }
        return groups;
    }

    private static OrderedDictionary<string, GgufValue> Metadata(FileContent input, QuantizeOptions options)
    {
        var metadata = new OrderedDictionary<string, GgufValue>(StringComparer.Ordinal);
        foreach ((string key, GgufValue value) in input.Metadata)
            if (!key.StartsWith(SplitPrefix, StringComparison.Ordinal)) metadata[key] = value;
        metadata["general.quantization_version"] = GgufValue.Of(QuantizationVersion);
        metadata["general.file_type"] = GgufValue.Of((uint)options.FileType.Id);
        if (options.Importance is { } importance)
            foreach ((string key, GgufValue value) in importance.Metadata) metadata[key] = value;
        foreach ((string key, GgufValue value) in options.Overrides) metadata[key] = value;
        return metadata;
    }

    // The types that llama.cpp gives these keys.
    private static OrderedDictionary<string, GgufValue> Numbered(
        OrderedDictionary<string, GgufValue> metadata, int index, int count, int tensors)
    {
        metadata["split.no"] = GgufValue.Of((ushort)index);
        metadata["split.count"] = GgufValue.Of((ushort)count);
        metadata["split.tensors.count"] = GgufValue.Of(tensors);
        return metadata;
    }
}
