using Engine.Sampling;

namespace Engine.Generation;

/// <summary>
/// One generation, advanced a token at a time by its caller and on its caller's thread: the streams of <see cref="Generator"/> are made of
/// it. Hands out text and log-probabilities in buffers of its own and allocates nothing per token once they have grown.
/// </summary>
public sealed class GenerationRun
{
    private readonly ITokenEvaluator _evaluator;
    private readonly IGenerationVocabulary _vocabulary;
    private readonly GenerationOptions _options;
    private readonly SamplerChain _sampler;
    private readonly ITokenText _text;
    private readonly StopStringFilter _filter;
    private readonly HashSet<int> _stopTokens;
    private readonly LogProbabilityRow? _logProbabilities;
    private readonly int[] _prompt;
    private readonly int[] _last = new int[1];
    private int[] _shifted = [];
    private int _position;          // tokens that this run has left in the cache
    private int _generated;
    private bool _started;
    private bool _over;

    internal GenerationRun(
        ITokenEvaluator evaluator, IGenerationVocabulary vocabulary, SamplerChain sampler, int[] prompt, GenerationOptions options)
    {
        _evaluator = evaluator;
        _vocabulary = vocabulary;
        _options = options;
        _sampler = sampler;
        _prompt = prompt;
        _text = vocabulary.CreateText();
        _filter = new StopStringFilter(options.StopStrings);
        _stopTokens = [.. options.StopTokens];
        if (options.LogProbabilities is int top) _logProbabilities = new LogProbabilityRow(evaluator.VocabularySize, top);
    }

    /// <summary>The token of the last step; -1 where none belongs to it (see <see cref="GeneratedToken.Id"/>).</summary>
    public int Id { get; private set; } = -1;

    /// <summary>The text that the last step made printable (see <see cref="GeneratedToken.Text"/>). Valid until the next step.</summary>
    public ReadOnlySpan<char> Text => _filter.Ready;

    /// <summary>The log-probability of <see cref="Id"/> in the model's own distribution; null where none was asked for.</summary>
    public float? LogProbability { get; private set; }

    /// <summary>The most probable tokens in the model's own distribution, descending. Valid until the next step.</summary>
    public ReadOnlySpan<TokenLogProbability> TopLogProbabilities => LogProbability is null ? [] : _logProbabilities!.Top;

    /// <summary>Why generation ended; null before the last step.</summary>
    public FinishReason? Finish { get; private set; }

    /// <summary>Tokens of the prompt that the first step found in the cache and did not evaluate again.</summary>
    public int ReusedTokens { get; private set; }

    /// <summary>
    /// Generates one token; the first step evaluates the prompt before. False, with nothing changed, after the step that set
    /// <see cref="Finish"/> or threw.
    /// </summary>
    /// <param name="cancellationToken">Checked before each token and between chunks of the prompt. Cancelling is no error: the step ends
    /// the run with <see cref="FinishReason.Cancelled"/>, and what has been evaluated stays in the cache.</param>
    /// <exception cref="SamplingException">The model's logits allow no token.</exception>
    /// <exception cref="InvalidOperationException">The session was used for something else since the last step.</exception>
    public bool Step(CancellationToken cancellationToken = default)
    {
        if (_over) return false;
        _over = true;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> logits = _started ? Continue(cancellationToken) : Prefill(cancellationToken);
            _position = _evaluator.Tokens.Length;
            if (_options.MaxTokens == 0) EndWithoutToken(FinishReason.Length);
            else Choose(logits);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            EndWithoutToken(FinishReason.Cancelled);
        }
        _over = Finish is not null;
        return true;
    }

    /// <summary>Keeps what the cache has in common with the prompt and evaluates the rest, at least the last token.</summary>
    private ReadOnlySpan<float> Prefill(CancellationToken cancellationToken)
    {
        int common = Math.Min(_evaluator.Tokens.CommonPrefixLength(_prompt), _prompt.Length - 1);
        if (common < _evaluator.Tokens.Length) _evaluator.Rewind(common);
        ReusedTokens = common;
        foreach (int token in _prompt) _sampler.Accept(token);
        _started = true;
        return Evaluate(_prompt.AsSpan(common), cancellationToken);
    }

    private ReadOnlySpan<float> Continue(CancellationToken cancellationToken)
    {
        if (_evaluator.Tokens.Length != _position)
        {
            throw new InvalidOperationException(
                $"The session holds {_evaluator.Tokens.Length} tokens where this generation left {_position}: one generation at a time.");
        }
        int last = Id;
        if (_position == _evaluator.ContextLength) return Shift(last, cancellationToken);
        _last[0] = last;
        return _evaluator.Evaluate(_last, cancellationToken);
    }

    /// <summary>Drops the older half of what need not be kept, then evaluates the younger half and the last token.</summary>
    private ReadOnlySpan<float> Shift(int last, CancellationToken cancellationToken)
    {
        ReadOnlySpan<int> tokens = _evaluator.Tokens[_options.KeepTokens..];
        int dropped = (tokens.Length + 1) / 2;
        int rest = tokens.Length - dropped;
        if (_shifted.Length <= rest) _shifted = new int[rest + 1];
        tokens[dropped..].CopyTo(_shifted);
        _shifted[rest] = last;
        _evaluator.Rewind(_options.KeepTokens);
        return Evaluate(_shifted.AsSpan(0, rest + 1), cancellationToken);
    }

    private ReadOnlySpan<float> Evaluate(ReadOnlySpan<int> tokens, CancellationToken cancellationToken)
    {
        while (tokens.Length > _options.PrefillChunk)
        {
            _evaluator.Evaluate(tokens[.._options.PrefillChunk], cancellationToken);
            tokens = tokens[_options.PrefillChunk..];
            cancellationToken.ThrowIfCancellationRequested();
        }
        return _evaluator.Evaluate(tokens, cancellationToken);
    }

    private void Choose(ReadOnlySpan<float> logits)
    {
        int id = _sampler.Sample(logits[..Math.Min(logits.Length, _vocabulary.VocabularySize)]);
        _sampler.Accept(id);
        Id = id;
        LogProbability = _logProbabilities?.Measure(logits, id);
        _generated++;

        bool ends = _stopTokens.Contains(id) || (!_options.IgnoreEndOfText && _vocabulary.IsEndOfGeneration(id));
        _filter.Append(ends ? [] : _text.Append(id));
        bool full = _position == _evaluator.ContextLength && _options.OnContextFull == ContextFullAction.Stop;
        Finish = ends ? FinishReason.StopToken
            : _filter.Stopped ? FinishReason.StopString
            : _generated == _options.MaxTokens ? FinishReason.Length
            : full ? FinishReason.ContextFull
            : null;
        if (Finish is not null) _filter.Flush();
    }

    private void EndWithoutToken(FinishReason reason)
    {
        Id = -1;
        LogProbability = null;
        _filter.Append([]);
        _filter.Flush();
        Finish = reason;
    }
}
