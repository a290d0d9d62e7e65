using System.Diagnostics.CodeAnalysis;
using Engine.Formats.Sources;

namespace Engine.Formats.Safetensors;

/// <summary>
/// A model in the safetensors format (github.com/huggingface/safetensors), in one file or in shards with an index. Opening reads and
/// checks the headers; tensors are read on demand, from any number of threads.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const string Expected = "a safetensors file";
    private const string SingleName = "model.safetensors";
    private const string IndexName = "model.safetensors.index.json";

    private readonly List<ByteSource> _sources = [];
    private readonly TensorTable<SafetensorsTensor> _tensors;
    private readonly OrderedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsFile(string path)
    {
        Path = path;
        _tensors = new TensorTable<SafetensorsTensor>(path);
    }

    /// <summary>Path of the file, or of the index of a sharded model.</summary>
    public string Path { get; }

    /// <summary>All tensors in the order of the header or of the index.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors => _tensors.All;

    /// <summary>What stands under <c>__metadata__</c>; of a sharded model, in all shards, of a key in several that of the first.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Size in bytes, all shards together.</summary>
    public long FileBytes => _sources.Sum(source => source.Length);

    /// <summary>Paths of the files that hold tensors.</summary>
    public IReadOnlyList<string> Parts => [.. _sources.Select(source => source.Name)];

    /// <summary>Opens a model from disk.</summary>
    /// <param name="path">
    /// A safetensors file, an index (.json), or a folder with model.safetensors, model.safetensors.index.json or one other
    /// safetensors file.
    /// </param>
    /// <param name="mapped">Whether to map the files into memory, so that <see cref="ITensorData.Address"/> is set.</param>
    /// <exception cref="ModelFormatException">
    /// There is no such file, it may not be read, its content is malformed, or a shard is missing or lacks a tensor.
    /// </exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static SafetensorsFile Open(string path, bool mapped = false)
    {
        if (Directory.Exists(path)) path = FindIn(path);
        var model = new SafetensorsFile(path);
        try
        {
            if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) model.AddShards(SafetensorsIndex.Read(path), mapped);
            else model.AddAll(FileSource.Open(path, mapped, Expected));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens a model that lies in memory.</summary>
    /// <param name="content">The whole file; it must not change while the model is in use.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ModelFormatException">The content is malformed.</exception>
    public static SafetensorsFile Open(ReadOnlyMemory<byte> content, string name)
    {
        var model = new SafetensorsFile(name);
        model.AddAll(new MemorySource(name, content));
        return model;
    }

    /// <summary>Looks for a tensor by name.</summary>
    public bool TryGetTensor(string name, [MaybeNullWhen(false)] out SafetensorsTensor tensor) => _tensors.TryGet(name, out tensor);

    /// <summary>Finds a tensor by name.</summary>
    /// <exception cref="ModelFormatException">The model has no such tensor.</exception>
    public SafetensorsTensor GetTensor(string name) => _tensors.Get(name);

    /// <summary>Closes the files; tensors can no longer be read and their addresses are void.</summary>
    public void Dispose() => _sources.ForEach(source => source.Dispose());

    private static string FindIn(string folder)
    {
        foreach (string name in (ReadOnlySpan<string>)[SingleName, IndexName])
        {
            string path = System.IO.Path.Combine(folder, name);
            if (File.Exists(path)) return path;
        }
        string[] others = Directory.GetFiles(folder, "*.safetensors");
        return others is [string only]
            ? only
            : throw new ModelFormatException(
                folder, null, $"a folder with {others.Length} safetensors files", $"{SingleName}, {IndexName} or a single file");
    }

    private void AddAll(ByteSource source)
    {
        SafetensorsHeader header = AddSource(source);
        foreach (SafetensorsTensorInfo info in header.Tensors) Add(info, source, header);
    }

    private void AddShards(SafetensorsIndex index, bool mapped)
    {
        string folder = System.IO.Path.GetDirectoryName(index.Path) ?? "";
        var shards = new Dictionary<string, Shard>(StringComparer.Ordinal);
        foreach ((string name, string file) in index.Shards)
        {
            if (!shards.TryGetValue(file, out Shard? shard))
            {
                ByteSource source = FileSource.Open(System.IO.Path.Combine(folder, file), mapped, $"a shard that {index.Path} names");
                shard = new Shard(source, AddSource(source));
                shards.Add(file, shard);
            }
            if (!shard.Tensors.TryGetValue(name, out SafetensorsTensorInfo? info))
                throw new ModelFormatException(shard.Source.Name, name, "no such tensor", $"the tensor that {index.Path} says is here");
            Add(info, shard.Source, shard.Header);
        }
    }

    private SafetensorsHeader AddSource(ByteSource source)
    {
        _sources.Add(source);
        SafetensorsHeader header = SafetensorsHeader.Read(source);
        foreach ((string key, string value) in header.Metadata) _metadata.TryAdd(key, value);
        return header;
    }

    private void Add(SafetensorsTensorInfo info, ByteSource source, SafetensorsHeader header)
    {
        var bytes = new ByteRange(source, header.DataStart + info.Begin, info.End - info.Begin);
        _tensors.Add(new SafetensorsTensor(info, bytes));
    }

    private sealed record Shard(ByteSource Source, SafetensorsHeader Header)
    {
        public Dictionary<string, SafetensorsTensorInfo> Tensors { get; } =
            Header.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }
}
