using Engine.Generation;
using Engine.Kernels;
using Engine.Models;

namespace Engine;

/// <summary>
/// A sequence of tokens that a model has read: their keys and values are kept, so that each further token costs one step. Not
/// thread-safe; different sessions of one model may be used from different threads.
/// </summary>
/// <remarks>
/// A token's logits have the same bits however the tokens before it were handed over: at once, in pieces, or after a rewind.
/// The one exception are models with LongRoPE, which turn all keys anew when a text outgrows the context that the model was first trained
/// for: logits handed out before that were those of the shorter text.
/// </remarks>
public sealed class Session : ITokenEvaluator, IDisposable
{
    private readonly Model _model;
    private readonly KvCache _cache;
    private readonly KvSequence _sequence;
    private readonly Batch _batch;
    private int[] _tokens = [];
    private readonly float[] _logits;
    private readonly OutputReceiver _keepLogits;
    private bool _disposed;

    internal Session(Model model, SessionOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.ContextLength, nameof(options));
        Config config = model.Config;
        // Learned positions end; others can be stretched beyond what the model was trained for.
        if (config.Family.Names.PositionEmbedding is not null && options.ContextLength > config.ContextLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ContextLength,
                $"A context of {options.ContextLength} tokens is more than the {config.ContextLength} positions that the model knows.");
        }
        ContextLength = options.ContextLength > 0
            ? options.ContextLength
            : Math.Min(config.ContextLength, SessionOptions.DefaultContextLength);
        _model = model;
        _cache = new KvCache(model.CacheShapes, ContextLength, model.Options.CacheFor(options.Cache));
        _sequence = _cache.CreateSequence();
        _batch = new Batch(model.BatchSize);
        _logits = new float[config.VocabularySize];
        _keepLogits = (_, logits) => logits.CopyTo(_logits);
    }

    /// <summary>The model that reads.</summary>
    public Model Model => _model;

    /// <summary>Logits per position.</summary>
    public int VocabularySize => _logits.Length;

    /// <summary>Tokens read so far.</summary>
    public int Position { get; private set; }

    /// <summary>The most tokens that the session holds.</summary>
    public int ContextLength { get; }

    /// <summary>The tokens read so far.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Position);

    /// <summary>Bytes of the keys and values.</summary>
    public long CacheBytes => _cache.AllocatedBytes;

    /// <summary>Reads tokens and predicts what follows.</summary>
    /// <param name="tokens">One or more token ids, which follow those read before.</param>
    /// <param name="cancellationToken">Looked at between batches; tokens of batches that are done stay read.</param>
    /// <returns>The logits after the last token, one for each of the vocabulary; valid until the next call.</returns>
    /// <exception cref="ArgumentException">No tokens, or one that is not in the vocabulary.</exception>
    /// <exception cref="ContextFullException">The tokens do not fit the context; none has been read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session or its model is disposed.</exception>
    public ReadOnlySpan<float> Evaluate(ReadOnlySpan<int> tokens, CancellationToken cancellationToken = default)
    {
        Read(tokens, OutputWanted.Last, _keepLogits, cancellationToken);
        return _logits;
    }

    /// <summary>Reads tokens and hands over the logits after each of them.</summary>
    /// <param name="tokens">One or more token ids, which follow those read before.</param>
    /// <param name="receive">Called for every position, ascending, with the logits after its token; must not use the same model.</param>
    /// <param name="cancellationToken">Looked at between batches; tokens of batches that are done stay read.</param>
    /// <exception cref="ArgumentException">No tokens, or one that is not in the vocabulary.</exception>
    /// <exception cref="ContextFullException">The tokens do not fit the context; none has been read.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session or its model is disposed.</exception>
    public void EvaluateAll(ReadOnlySpan<int> tokens, PositionReceiver receive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        Read(tokens, OutputWanted.All, (token, logits) => receive(_batch.Positions[token], logits), cancellationToken);
    }

    /// <summary>Forgets the tokens from a position on.</summary>
    /// <param name="position">Tokens to keep, 0 to <see cref="Position"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or beyond what has been read.</exception>
    public void Rewind(int position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, Position);
        lock (_model.Computing)
        {
            _sequence.Truncate(position);
            Position = position;
        }
    }

    /// <summary>Frees the keys and values, once what is being computed with the model is done.</summary>
    public void Dispose()
    {
        lock (_model.Computing)
        {
            _disposed = true;
            _sequence.Dispose();
            _cache.Dispose();
        }
    }

    private enum OutputWanted
    {
        None,
        Last,
        All,
    }

    private void Read(ReadOnlySpan<int> tokens, OutputWanted wanted, OutputReceiver receive, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _model.CheckTokens(tokens);
        if (tokens.Length > ContextLength - Position) throw new ContextFullException(Position, tokens.Length, ContextLength);
        int end = Position + tokens.Length;
        if (end > _tokens.Length) Array.Resize(ref _tokens, (int)Math.Min(ContextLength, Math.Max(64, 2L * end)));
        tokens.CopyTo(_tokens.AsSpan(Position));
        ChooseRope(end, receive, cancellationToken);
        ReadTo(end, wanted, receive, cancellationToken);
    }

    /// <summary>
    /// A long-rope model turns all keys by one set of factors, which the length of the text decides: when that changes, what was read
    /// before is read again, as the model's authors do it.
    /// </summary>
    private void ChooseRope(int end, OutputReceiver receive, CancellationToken cancellationToken)
    {
        bool needsLong = _model.Config.Rope is { Scaling: RopeScaling.LongRope } rope && end > rope.OriginalContext;
        if (needsLong == _sequence.UsesLongRope) return;
        int again = Position;
        Rewind(0);
        _sequence.UsesLongRope = needsLong;
        if (again > 0) ReadTo(again, OutputWanted.None, receive, cancellationToken);
    }

    private void ReadTo(int end, OutputWanted wanted, OutputReceiver receive, CancellationToken cancellationToken)
    {
        while (Position < end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(_batch.Capacity, end - Position);
            lock (_model.Computing) ReadBatch(count, end, wanted, receive);
        }
    }

    private void ReadBatch(int count, int end, OutputWanted wanted, OutputReceiver receive)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _sequence.Reserve(Position + count);
        _batch.Clear();
        for (int i = 0; i < count; i++)
        {
            int position = Position + i;
            bool wantsOutput = wanted == OutputWanted.All || (wanted == OutputWanted.Last && position == end - 1);
            _batch.Add(_tokens[position], position, _sequence, wantsOutput);
        }
        _model.Forward(_batch, receive);
        Position += count;
    }
}
