using System.Diagnostics.CodeAnalysis;
using Engine.Formats.Sources;

namespace Engine.Formats.Gguf;

/// <summary>
/// A model in the GGUF format (version 2 or 3, little endian; github.com/ggml-org/ggml, docs/gguf.md), in one file or split into parts.
/// Opening reads and checks the headers; tensors are read on demand, from any number of threads.
/// </summary>
/// <remarks>
/// Every length and offset is checked before it is used, so that opening takes memory in proportion to the header at most. Strings
/// and string arrays keep their bytes; only keys and tensor names must be valid UTF-8.
/// </remarks>
public sealed class GgufFile : IModelSource
{
    private const string Expected = "a GGUF file";

    private readonly List<ByteSource> _sources;
    private readonly TensorTable<GgufTensor> _tensors;

    private GgufFile(List<ByteSource> sources, List<GgufHeader> headers, GgufOpenOptions options)
    {
        _sources = sources;
        Path = sources[0].Name;
        Version = headers[0].Version;
        Metadata = headers[0].Metadata.With(options.Overrides);
        Parts = [.. sources.Select(source => source.Name)];
        FileBytes = sources.Sum(source => source.Length);
        _tensors = new TensorTable<GgufTensor>(Path);
        foreach ((ByteSource source, GgufHeader header) in sources.Zip(headers))
        {
            foreach (GgufTensorInfo info in header.Tensors)
            {
                var bytes = new ByteRange(source, header.DataStart + (long)info.Offset, info.ByteLength);
                _tensors.Add(new GgufTensor(info, bytes));
            }
        }
    }

    /// <summary>Path of the file; of a split model, the first part's.</summary>
    public string Path { get; }

    /// <summary>Version of the format, 2 or 3 (of a split model, the first part's).</summary>
    public uint Version { get; }

    /// <summary>Keys and values; of a split model, the first part's.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>All tensors in the file's order, those of a split model part after part.</summary>
    public IReadOnlyList<GgufTensor> Tensors => _tensors.All;

    /// <summary>Size in bytes, all parts together.</summary>
    public long FileBytes { get; }

    IReadOnlyList<ITensor> IModelSource.Tensors => _tensors.All;

    /// <summary>Paths of the files, in order; one for a model that is not split.</summary>
    public IReadOnlyList<string> Parts { get; }

    /// <summary>Opens a model from disk. Any part of a split model opens all of it.</summary>
    /// <param name="path">Path of the file or of a part.</param>
    /// <param name="options">How to open it; null for not mapped.</param>
    /// <exception cref="ModelFormatException">
    /// There is no such file, it may not be read, its content is malformed, or a part is missing or belongs to another model.
    /// </exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static GgufFile Open(string path, GgufOpenOptions? options = null)
    {
        options ??= new GgufOpenOptions();
        var sources = new List<ByteSource>();
        try
        {
            sources.Add(FileSource.Open(path, options.Mapped, Expected));
            GgufHeader header = ReadHeader(sources[0]);
            if (GgufSplit.CountOf(header.Metadata) <= 1) return new GgufFile(sources, [header], options);

            sources[0].Dispose();
            sources.Clear();
            var headers = new List<GgufHeader>();
            foreach (string part in GgufSplit.Paths(path, header.Metadata))
            {
                sources.Add(FileSource.Open(part, options.Mapped, $"part {sources.Count + 1} of a split GGUF model"));
                headers.Add(ReadHeader(sources[^1]));
                GgufSplit.CheckPart(headers, headers.Count - 1);
            }
            GgufSplit.CheckTotal(headers);
            return new GgufFile(sources, headers, options);
        }
        catch
        {
            sources.ForEach(source => source.Dispose());
            throw;
        }
    }

    /// <summary>Opens a model that lies in memory.</summary>
    /// <param name="content">The whole file; it must not change while the model is in use.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="ModelFormatException">The content is malformed or a part of a split model.</exception>
    public static GgufFile Open(ReadOnlyMemory<byte> content, string name) => Open(new MemorySource(name, content));

    /// <summary>Opens a model that is not split.</summary>
    internal static GgufFile Open(ByteSource source)
    {
        GgufHeader header = ReadHeader(source);
        int parts = GgufSplit.CountOf(header.Metadata);
        if (parts > 1) throw new ModelFormatException(source.Name, GgufSplit.CountKey, $"one of {parts} parts", "a whole model in memory");
        return new GgufFile([source], [header], new GgufOpenOptions());
    }

    /// <summary>Looks for a tensor by name.</summary>
    public bool TryGetTensor(string name, [MaybeNullWhen(false)] out GgufTensor tensor) => _tensors.TryGet(name, out tensor);

    /// <summary>Finds a tensor by name.</summary>
    /// <exception cref="ModelFormatException">The model has no such tensor.</exception>
    public GgufTensor GetTensor(string name) => _tensors.Get(name);

    bool IModelSource.TryGetTensor(string name, [MaybeNullWhen(false)] out ITensor tensor)
    {
        bool found = TryGetTensor(name, out GgufTensor? own);
        tensor = own;
        return found;
    }

    ITensor IModelSource.GetTensor(string name) => GetTensor(name);

    /// <summary>Closes the files; tensors can no longer be read and their addresses are void.</summary>
    public void Dispose() => _sources.ForEach(source => source.Dispose());

    private static GgufHeader ReadHeader(ByteSource source)
    {
        GgufHeader header = GgufHeader.Read(source);
        GgufTensorReader.CheckPlacement(header, source);
        return header;
    }
}
