using System.Diagnostics.CodeAnalysis;
using Engine.Formats;
using Engine.Formats.Checkpoints;
using Engine.Formats.Gguf;
using Engine.Formats.Safetensors;
using Engine.Tokenization.Json;

namespace Engine.Models.HuggingFace;

/// <summary>
/// A model in the form in which Hugging Face publishes it: a folder with config.json, safetensors files, and perhaps a tokenizer. It shows
/// itself as a GGUF file would show the same model; tensors are translated while they are read.
/// </summary>
public sealed class ModelFolder : IModelSource
{
    private const string ConfigName = "config.json";
    private const string ArchitectureKey = "general.architecture";
    private static readonly string[] PickledEnds = [".bin", ".pt", ".pth", ".ckpt"];

    private readonly SafetensorsFile _tensors;
    private readonly TranslatedConfig _config;
    private readonly TensorMapper _mapper;
    private readonly OrderedDictionary<string, FolderTensor> _byName = new(StringComparer.Ordinal);

    private ModelFolder(
        string path, SafetensorsFile tensors, TranslatedConfig config, IWeightCodec? codec, GgufMetadata metadata, bool blocks)
    {
        (Path, _tensors, _config, Metadata, Quantization) = (path, tensors, config, metadata, codec?.Description);
        _mapper = new TensorMapper(tensors, config, codec, blocks);
        foreach (FolderTensor tensor in _mapper.Map()) _byName.TryAdd(tensor.Name, tensor);
        Tensors = [.. _byName.Values];
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>What a GGUF file of the model has as metadata, without a tokenizer.</summary>
    public GgufMetadata Metadata { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ITensor> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Parts => _tensors.Parts;

    /// <inheritdoc/>
    public long FileBytes => _tensors.FileBytes;

    /// <summary>How the weights are quantized, for people; null where they are plain numbers.</summary>
    public string? Quantization { get; }

    /// <summary>Whether a path is a folder that should hold a model.</summary>
    public static bool IsFolder(string path) => Directory.Exists(path);

    /// <summary>Opens a folder: reads and checks config.json and the headers of the safetensors files.</summary>
    /// <param name="path">Path of the folder.</param>
    /// <param name="options">Whether to map the files into memory, and metadata in place of what config.json says; null for neither.</param>
    /// <exception cref="ModelFormatException">
    /// A file is missing or malformed, the model's family or quantization is not known, or a tensor is not what the family has.
    /// </exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static ModelFolder Open(string path, GgufOpenOptions? options = null)
    {
        options ??= new GgufOpenOptions();
        ModelFolder? folder = null;
        string file = System.IO.Path.Combine(path, ConfigName);
        if (!JsonFile.TryRead(file, root => folder = Open(path, file, root, options)))
            throw new ModelFormatException(path, ConfigName, "no such file", "a folder with a model's config.json");
        return folder!;
    }

    /// <inheritdoc/>
    public bool TryGetTensor(string name, [MaybeNullWhen(false)] out ITensor tensor)
    {
        bool found = _byName.TryGetValue(name, out FolderTensor? own);
        tensor = own;
        return found;
    }

    /// <inheritdoc/>
    public ITensor GetTensor(string name) => TryGetTensor(name, out ITensor? tensor)
        ? tensor
        : throw new ModelFormatException(
            _tensors.Path, _mapper.OriginOf(name) ?? name, $"no such tensor among {_tensors.Tensors.Count}", "a tensor of this name");

    /// <inheritdoc/>
    public void Dispose() => _tensors.Dispose();

    /// <summary>The same exception with the names that the folder's files have, where it names a key or tensor as GGUF does.</summary>
    internal ModelFormatException InOwnWords(ModelFormatException exception)
    {
        if (exception.Item is not { } item) return exception;
        string? origin = _byName.TryGetValue(item, out FolderTensor? tensor) ? tensor.Origin
            : _config.Keys.OriginOf(item) ?? _mapper.OriginOf(item);
        return origin is null || origin == item
            ? exception
            : new ModelFormatException(exception.File, origin, exception.Found, exception.Expected, exception);
    }

    private static ModelFolder Open(string path, string file, JsonNode root, GgufOpenOptions options)
    {
        FolderFamily family = FolderFamilies.Find(root);
        JsonNode text = family.TextConfig is { } key ? root.Get(key) : root;
        TranslatedConfig config = JsonFile.Parse(
            family.Defaults, defaults => ConfigTranslator.Translate(new ConfigValues(text, defaults), family));
        GgufMetadata metadata = Describe(path, file, root, config).With(options.Overrides);
        SafetensorsFile tensors = OpenTensors(path, options.Mapped);
        try
        {
            JsonNode? quantization = root.Find("quantization_config") ?? root.Find("compression_config");
            IWeightCodec? codec = quantization is { } settings
                ? WeightCodecs.Create(file, settings.Element, tensors)
                : WeightCodecs.CreateFromOlderFile(path, tensors);
            return new ModelFolder(path, tensors, config, codec, metadata, options.IntegerBlocks);
        }
        catch
        {
            tensors.Dispose();
            throw;
        }
    }

    private static GgufMetadata Describe(string path, string file, JsonNode root, TranslatedConfig config)
    {
        TranslatedKeys keys = config.Keys;
        string name = System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)));
        keys.SetGeneral(ArchitectureKey, GgufValue.Of(config.Family.Architecture));
        keys.SetGeneral("general.name", GgufValue.Of(name));
        FolderExtras.Add(path, root, keys);
        return new GgufMetadata(file, keys.Values);
    }

    /// <summary>Pickled weights are programs: they are not read.</summary>
    private static SafetensorsFile OpenTensors(string path, bool mapped)
    {
        if (Directory.GetFiles(path, "*.safetensors").Length == 0)
        {
            string? pickled = Directory.GetFiles(path)
                .Select(System.IO.Path.GetFileName)
                .FirstOrDefault(name => PickledEnds.Any(end => name!.EndsWith(end, StringComparison.OrdinalIgnoreCase)));
            if (pickled is not null)
            {
                throw new ModelFormatException(
                    path, pickled, "pickled weights, which run code when they are read",
                    "safetensors files; convert them: transformers writes such with save_pretrained");
            }
        }
        return SafetensorsFile.Open(path, mapped);
    }
}
