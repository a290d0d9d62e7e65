using Engine.Formats;
using Engine.Kernels;
using Engine.Models;
using Engine.Quantization.Mixes;

namespace Engine.Cli.Planning;

/// <summary>What one type would take and how fast it would answer.</summary>
/// <param name="Type">The type's name; "as it is" for the file itself.</param>
/// <param name="FileBytes">Bytes of the tensors in a file.</param>
/// <param name="WeightBytes">Bytes of the weights in memory.</param>
/// <param name="TotalBytes">Weights, cache, buffers and the program.</param>
/// <param name="TokenBytes">Bytes that one token's answer reads.</param>
internal sealed record TypeNeed(string Type, long FileBytes, long WeightBytes, long TotalBytes, long TokenBytes)
{
    /// <summary>Tokens per second, where memory is what limits them.</summary>
    public double Speed(double bytesPerSecond) => bytesPerSecond / TokenBytes;
}

/// <summary>What a model needs in each type: weights as they lie in memory, the cache of a full context, buffers, the program itself.</summary>
internal sealed class ModelPlan
{
    // The runtime, its code and heap, the tokenizer; measured with the default model.
    private const long ProgramBytes = 48L << 20;
    private const int BatchTokens = 512;
    private readonly IModelSource _file;
    private readonly Config _config;

    public ModelPlan(IModelSource file, int? context, KvCacheOptions cache)
    {
        (_file, _config) = (file, Config.Read(file));
        Context = context ?? Math.Min(_config.ContextLength, SessionOptions.DefaultContextLength);
        CacheTypes = cache.Or(QuantType.F16);
        CacheBytes = _config.CacheBytes(Context, CacheTypes);
        BufferBytes = Buffers();
    }

    /// <summary>Tokens of the context.</summary>
    public int Context { get; }

    /// <summary>In which numbers its keys and values are kept.</summary>
    public KvCacheOptions CacheTypes { get; }

    /// <summary>Bytes of its keys and values once it is full.</summary>
    public long CacheBytes { get; }

    /// <summary>Bytes of the activations of a batch.</summary>
    public long BufferBytes { get; }

    /// <summary>Bytes of the program.</summary>
    public long Program => ProgramBytes;

    /// <summary>Whether most weights of the file are quantized.</summary>
    public bool IsQuantized => 2 * _file.Tensors.Where(tensor => tensor.Type.IsQuantized).Sum(tensor => tensor.Elements)
        > _file.Tensors.Sum(tensor => tensor.Elements);

    /// <summary>The file as it is.</summary>
    public TypeNeed AsItIs() => Need("as it is", tensor => tensor.Type.Type);

    /// <summary>The file in another type.</summary>
    public TypeNeed In(FileType type)
    {
        var tensors = _file.Tensors.Select(TensorDescription.Of).ToList();
        var plans = MixPlanner.Plan(type, ModelTraits.Of(_file.Metadata), tensors, new MixOptions { HasImportance = true })
            .ToDictionary(plan => plan.Tensor.Name, plan => plan.Type, StringComparer.Ordinal);
        return Need(type.Name, tensor => plans[tensor.Name]);
    }

    private TypeNeed Need(string name, Func<ITensor, QuantType> typeOf)
    {
        long file = 0, weights = 0, read = 0;
        bool tied = !_file.TryGetTensor("output.weight", out _);
        foreach (ITensor tensor in _file.Tensors)
        {
            QuantType type = typeOf(tensor);
            long fileBytes = tensor.Rows * QuantTypes.Get(type).RowBytes(tensor.Shape[0]);
            long bytes = tensor.Shape.Count > 1 ? Matrix.BytesInMemory(type, tensor.Rows, tensor.Shape[0]) : tensor.Elements * sizeof(float);
            file += fileBytes;
            weights += bytes;
            if (tensor.Name != "token_embd.weight" || tied) read += (long)(bytes * ShareRead(tensor));
        }
        return new TypeNeed(name, file, weights, weights + CacheBytes + BufferBytes + ProgramBytes, read + CacheBytes / 2);
    }

    /// <summary>Of a stack of experts a token reads those it is routed to.</summary>
    private double ShareRead(ITensor tensor) => tensor.Shape.Count > 2 && _config.Mixture is { } mixture
        ? (double)mixture.Rule.Used / mixture.Rule.Experts
        : 1;

    private long Buffers()
    {
        int tokens = Math.Min(BatchTokens, _config.ContextLength);
        long floats = 7L * _config.Width;
        foreach ((int heads, int shared) in _config.Layers.Select(layer => (layer.Heads, layer.KeyValueHeads)).Distinct())
            floats += (3L * heads + 3L * shared) * _config.KeySize + (long)(heads + shared) * _config.ValueSize;
        foreach (int inner in _config.Layers.Select(layer => layer.FeedForward).Distinct()) floats += inner;
        if (_config.Mixture is { } mixture) floats += mixture.SharedFeedForward + 4L * _config.Width + mixture.Rule.Experts;
        return tokens * floats * sizeof(float) + 2 * 16L * _config.VocabularySize * sizeof(float);
    }
}
