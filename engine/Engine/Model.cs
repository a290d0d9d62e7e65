using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Kernels;
using Engine.Models;
using Engine.Sampling;
using Engine.Templates;
using Engine.Tokenization;

namespace Engine;

/// <summary>
/// A language model: weights, sizes, tokenizer. Immutable and thread-safe; what a conversation has seen is in its <see cref="Session"/>.
/// Sessions may be used from different threads at once; their computations queue.
/// </summary>
public sealed class Model : IDisposable
{
    private const string TokenizerKey = "tokenizer.ggml.model";
    private const string TemplateKey = "tokenizer.chat_template";

    private readonly IModelSource _source;
    private readonly WorkerPool _pool;
    private readonly Device _device;
    private readonly Weights _weights;
    private readonly Tokenizer? _tokenizer;
    private readonly Lazy<ChatTemplate?> _chatTemplate;
    private readonly Lock _computing = new();
    private Transformer _transformer;
    private bool _insidePass;
    private bool _disposed;

    private Model(
        IModelSource source, Config config, Tokenizer? tokenizer, ModelOptions options, WorkerPool pool, Device device, Weights weights)
    {
        (_source, Config, _tokenizer, Options, _pool, _device, _weights) = (source, config, tokenizer, options, pool, device, weights);
        BatchSize = WorkspaceSize.Tokens(config, options.BatchSize, source.FileBytes);
        _transformer = new Transformer(device, config, weights, BatchSize);
        // Parsed when asked for: a template that is not valid must not keep a model from running.
        _chatTemplate = new Lazy<ChatTemplate?>(() =>
            source.Metadata.GetString(TemplateKey, "") is { Length: > 0 } template
                ? ChatTemplate.Parse(template, $"{source.Path}: {TemplateKey}")
                : null);
    }

    /// <summary>The model's sizes.</summary>
    public Config Config { get; }

    /// <summary>Whether the file says how text becomes tokens.</summary>
    public bool HasTokenizer => _tokenizer is not null;

    /// <summary>Turns text into tokens and back.</summary>
    /// <exception cref="ModelFormatException">The file has no tokenizer.</exception>
    public Tokenizer Tokenizer => _tokenizer ?? throw new ModelFormatException(Path, TokenizerKey, "no tokenizer", "a tokenizer");

    /// <summary>Writes a conversation as the text that the model was trained on; null where the file has no template.</summary>
    /// <exception cref="TemplateException">The file's template is not valid.</exception>
    /// <exception cref="ModelFormatException">The file's template is no text.</exception>
    public ChatTemplate? ChatTemplate => _chatTemplate.Value;

    /// <summary>How the model is to be sampled where nobody says otherwise: as its file says, or as usual.</summary>
    /// <exception cref="ModelFormatException">The file's values are none that can be.</exception>
    public SamplingOptions SamplingDefaults => FileSampling.Read(_source.Metadata);

    /// <summary>How the model was loaded, with the number of threads filled in.</summary>
    public ModelOptions Options { get; }

    /// <summary>Path of the file (of a split model: the first part) or of the folder.</summary>
    public string Path => _source.Path;

    /// <summary>The file's metadata; of a folder, what a GGUF file of the model would have, without the tokenizer.</summary>
    public GgufMetadata Metadata => _source.Metadata;

    /// <summary>Bytes that the weights take in memory.</summary>
    public long WeightBytes => _weights.Matrices.Sum(matrix => matrix.Bytes);

    /// <summary>What reading and repacking the matrices took when the model was loaded.</summary>
    public LoadMeter Loading { get; private init; } = new();

    /// <summary>
    /// The linear maps and the tensors that their weights come from, where observers are attached. A matrix that the file holds in another
    /// form than it is multiplied in (the transposed and joined ones of latent attention) is not among them.
    /// </summary>
    public IReadOnlyList<ModelLinear> Linears => _weights.Linears;

    /// <summary>What each layer keeps of a token in a session's cache.</summary>
    public IReadOnlyList<KvLayerShape> CacheShapes => Config.CacheShapes;

    /// <summary>Held while anything is computed: nobody frees what a computation reads.</summary>
    internal Lock Computing => _computing;

    /// <summary>The most tokens that are computed at once.</summary>
    internal int BatchSize { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">
    /// Path of a GGUF file, of any part of a split one, or of a folder as Hugging Face publishes models: config.json, safetensors files, and
    /// perhaps a tokenizer.
    /// </param>
    /// <param name="options">How to load it; null for the defaults.</param>
    /// <exception cref="ModelFormatException">There is no such file, one is malformed, or it is no model that can be run.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static Model Load(string path, ModelOptions? options = null)
    {
        options ??= new ModelOptions();
        CheckRanges(options);
        return Load(ModelSources.Open(path, options.ToOpenOptions()), options);
    }

    /// <summary>Loads a model from an open file or folder, which the model owns from now on; what fails closes it.</summary>
    /// <param name="source">The file; whether it is mapped, and its metadata, were decided when it was opened.</param>
    /// <param name="options">How to load it; null for the defaults.</param>
    /// <exception cref="ModelFormatException">The file is no model that can be run.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static Model Load(IModelSource source, ModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new ModelOptions();
        WorkerPool? pool = null;
        Device? device = null;
        Weights? weights = null;
        try
        {
            CheckRanges(options);
            Config config = Config.Read(source);
            Tokenizer? tokenizer = ModelSources.OpenTokenizer(source, config.VocabularySize);
            int threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
            pool = new WorkerPool(Math.Min(threads, WorkerPool.MaxThreads));
            device = new CpuDevice(pool, new MatMulContext(pool, options.Exact ? Kernels.Arithmetic.Exact : Kernels.Arithmetic.Fast));
            var meter = new LoadMeter();
            weights = WeightLoader.Load(source, config, new MatrixOptions { Repack = options.Repack, Meter = meter }, pool);
            return new Model(source, config, tokenizer, options with { Threads = pool.Threads }, pool, device, weights) { Loading = meter };
        }
        catch (Exception exception)
        {
            weights?.Dispose();
            device?.Dispose();
            pool?.Dispose();
            source.Dispose();
            if (ModelSources.InOwnWords(source, exception) is { } clearer) throw clearer;
            throw;
        }
    }

    /// <summary>Starts a conversation, or any other sequence of tokens.</summary>
    /// <exception cref="NotSupportedException">The model is an encoder: it has no logits.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The context is negative or longer than what the model's positions allow.</exception>
    /// <exception cref="ArgumentException">A type that the cache does not keep, or one that the size of a head cannot take.</exception>
    public Session CreateSession(SessionOptions? options = null)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Config.Family.Encoder)
        {
            throw new NotSupportedException(
                $"{Path}: {Config.Architecture} is an encoder and generates no text; {nameof(Embed)} gives its embeddings.");
        }
        return new Session(this, options ?? new SessionOptions());
    }

    /// <summary>The embedding of a text: the hidden states of its tokens, pooled and not normalised.</summary>
    /// <param name="tokens">Token ids, with the special tokens that the model expects.</param>
    /// <param name="pooling">How to pool; null: as the file says, or the mean where it says nothing.</param>
    /// <returns><see cref="Config.Width"/> values.</returns>
    /// <exception cref="ArgumentException">No tokens, one that is not in the vocabulary, or more than the model reads at once.</exception>
    public float[] Embed(ReadOnlySpan<int> tokens, Pooling? pooling = null)
    {
        Pooling kind = pooling ?? Config.Pooling;
        if (kind == Pooling.None) kind = Pooling.Mean;
        var embedding = new float[Config.Width];
        int last = tokens.Length - 1;
        ReadHiddenStates(tokens, (position, state) =>
        {
            if (kind == Pooling.Mean)
            {
                for (int i = 0; i < state.Length; i++) embedding[i] += state[i] / (last + 1);
            }
            else if (position == (kind == Pooling.Cls ? 0 : last))
            {
                state.CopyTo(embedding);
            }
        });
        return embedding;
    }

    /// <summary>Reads a text with an encoder and hands over the hidden state of each token.</summary>
    /// <param name="tokens">Token ids, with the special tokens that the model expects.</param>
    /// <param name="receive">Called for every position, ascending.</param>
    /// <exception cref="NotSupportedException">The model is no encoder.</exception>
    /// <exception cref="ArgumentException">No tokens, one that is not in the vocabulary, or more than the model reads at once.</exception>
    public void ReadHiddenStates(ReadOnlySpan<int> tokens, PositionReceiver receive)
    {
        ArgumentNullException.ThrowIfNull(receive);
        if (!Config.Family.Encoder) throw new NotSupportedException($"{Config.Architecture} generates text and is no encoder.");
        CheckTokens(tokens);
        if (tokens.Length > Config.ContextLength)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens are more than the {Config.ContextLength} that the model reads.", nameof(tokens));
        }
        using var cache = new KvCache(CacheShapes, tokens.Length, new KvCacheOptions().Or(QuantType.F32));
        using KvSequence sequence = cache.CreateSequence();
        sequence.Reserve(tokens.Length);
        var batch = new Batch(tokens.Length);
        for (int position = 0; position < tokens.Length; position++) batch.Add(tokens[position], position, sequence, wantsOutput: true);
        Forward(batch, receive.Invoke);
    }

    /// <summary>Whether the token embedding or a linear map comes from a tensor, so that <see cref="Substitute"/> takes it.</summary>
    public bool HasMatrix(string tensor) =>
        _weights.EmbeddingPlan.Tensor.Name == tensor || _weights.Linears.Any(linear => linear.TensorName == tensor);

    /// <summary>
    /// Lets other values stand in for a tensor's, to see what they would change, until the result is disposed (before the model is). The
    /// token embedding and every linear map that reads the tensor take part; norms, biases and other vectors cannot be replaced.
    /// </summary>
    /// <param name="tensor">The tensor's name in the file.</param>
    /// <param name="data">All of its values in its shape, in any type of weights; read once, on all threads.</param>
    /// <param name="type">Their type.</param>
    /// <exception cref="ArgumentException">No matrix comes from a tensor of that name.</exception>
    /// <exception cref="ModelFormatException">The data has another size, or its rows are no whole blocks.</exception>
    public IDisposable Substitute(string tensor, ITensorData data, QuantType type)
    {
        ArgumentNullException.ThrowIfNull(data);
        lock (_computing)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var options = new MatrixOptions { Repack = Options.Repack };
            RowsLoader load = (rows, kind, count, columns) => Matrix.Load(rows, kind, count, columns, options, _pool);
            return new Substitution(_computing, _weights, tensor, plan => plan.Load(data, type, load));
        }
    }

    /// <summary>
    /// Frees the weights, once what is being computed is done. Sessions throw <see cref="ObjectDisposedException"/> from then on.
    /// </summary>
    public void Dispose()
    {
        lock (_computing)
        {
            if (_disposed) return;
            _disposed = true;
            // Whoever receives results may dispose the model too; the pass that they come from then frees it.
            if (!_insidePass) Free();
        }
    }

    /// <summary>Computes a batch; one at a time.</summary>
    internal void Forward(Batch batch, OutputReceiver receive)
    {
        lock (_computing)
        {
            if (_insidePass) throw new InvalidOperationException("A model cannot compute while it hands over results.");
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (batch.Count > _transformer.Capacity)
            {
                // An encoder reads a text in one piece, since every token sees all of it; sessions never come here.
                _transformer.Dispose();
                _transformer = new Transformer(_device, Config, _weights, batch.Count);
            }
            _insidePass = true;
            try
            {
                _transformer.Forward(batch, receive);
            }
            finally
            {
                _insidePass = false;
                if (_disposed) Free();
            }
        }
        // The rows handed out lie in memory that a finalizer frees.
        GC.KeepAlive(this);
    }

    /// <summary>Refuses an empty text and ids beyond the vocabulary.</summary>
    internal void CheckTokens(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty) throw new ArgumentException("There are no tokens to evaluate.", nameof(tokens));
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)Config.VocabularySize)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(tokens), token, $"Token ids of this model are 0 to {Config.VocabularySize - 1}.");
            }
        }
    }

    private static void CheckRanges(ModelOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchSize, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchSize, 4096, nameof(options));
    }

    private void Free()
    {
        _transformer.Dispose();
        _weights.Dispose();
        _device.Dispose();
        _pool.Dispose();
        _source.Dispose();
    }
}

/// <summary>Receives the row of one position: its logits, or of an encoder its hidden state.</summary>
/// <param name="position">Position in the text.</param>
/// <param name="row">The values; valid during the call.</param>
public delegate void PositionReceiver(int position, ReadOnlySpan<float> row);
