namespace Engine.Sampling;

/// <summary>
/// Logit processors in a row, and the buffer that passes through them: from a row of logits to the next token. Belongs to one sequence;
/// not thread-safe. Allocates nothing per token once its buffers have grown.
/// </summary>
public sealed class SamplerChain : ILogitProcessor
{
    private const int MirostatNeighbours = 100;

    private readonly ILogitProcessor[] _processors;
    private readonly Candidates _candidates;

    /// <summary>Creates a chain of the given processors; the last should select.</summary>
    /// <param name="processors">In the order in which they run.</param>
    /// <param name="vocabularySize">Most logits that <see cref="Sample"/> will be given.</param>
    public SamplerChain(IEnumerable<ILogitProcessor> processors, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(processors);
        _processors = processors.ToArray();
        _candidates = new Candidates(vocabularySize);
    }

    /// <summary>The processors, in the order in which they run.</summary>
    public IReadOnlyList<ILogitProcessor> Processors => _processors;

    /// <summary>What the last <see cref="Sample"/> left.</summary>
    public Candidates Candidates => _candidates;

    /// <summary>
    /// Creates the chain that llama.cpp's command line runs for these options: logit bias, penalties, DRY, top-n-sigma, top-k, typical,
    /// top-p, min-p, XTC, temperature, draw. With mirostat: logit bias, temperature, mirostat, draw. At temperature 0 (and
    /// no dynamic range) the draw is greedy and the filters that never remove the best candidate are left out.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="vocabularySize">Tokens in the vocabulary.</param>
    /// <param name="breakers">DRY's breakers, looked at only where <see cref="SamplingOptions.UsesDry"/>; null for none.</param>
    /// <exception cref="ArgumentException">An option is out of its range; names it.</exception>
    public static SamplerChain Create(SamplingOptions options, int vocabularySize, DryBreakers? breakers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new SamplerChain(Build(options, vocabularySize, breakers), vocabularySize);
    }

    /// <summary>Chooses the next token. It is not accepted: whoever keeps it calls <see cref="Accept"/>.</summary>
    /// <param name="logits">One logit per token of the vocabulary.</param>
    /// <exception cref="SamplingException">A logit is NaN or +infinity, or no token is possible.</exception>
    /// <exception cref="InvalidOperationException">No processor of the chain selects.</exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        _candidates.Load(logits);
        Apply(_candidates);
        return _candidates.Selected >= 0
            ? _candidates.Ids[_candidates.Selected]
            : throw new InvalidOperationException("No processor of the chain selects a token: end it with Draw or Greedy.");
    }

    /// <inheritdoc/>
    public void Apply(Candidates candidates)
    {
        foreach (ILogitProcessor processor in _processors) processor.Apply(candidates);
    }

    /// <inheritdoc/>
    public void Accept(int token)
    {
        foreach (ILogitProcessor processor in _processors) processor.Accept(token);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (ILogitProcessor processor in _processors) processor.Reset();
    }

    private static IEnumerable<ILogitProcessor> Build(SamplingOptions options, int vocabularySize, DryBreakers? breakers)
    {
        ulong seed = options.Seed ?? (ulong)Random.Shared.NextInt64();
        bool greedy = options.Temperature == 0 && options.DynamicTemperatureRange == 0;
        if (options.LogitBias.Count > 0) yield return new LogitBias(options.LogitBias);
        if (options.Mirostat != MirostatMode.Off && !greedy)
        {
            yield return new Temperature(options.Temperature);
            yield return options.Mirostat == MirostatMode.V1
                ? new Mirostat(vocabularySize, options.MirostatTau, options.MirostatEta, MirostatNeighbours)
                : new MirostatV2(options.MirostatTau, options.MirostatEta);
            yield return new Draw(seed);
            yield break;
        }
        if (options.Mirostat == MirostatMode.Off)
        {
            yield return new Penalties(options.RepeatLastN, options.RepeatPenalty, options.FrequencyPenalty, options.PresencePenalty);
            if (options.UsesDry)
            {
                yield return new Dry(
                    options.DryMultiplier, options.DryBase, options.DryAllowedLength, options.DryPenaltyLastN, breakers);
            }
            bool cutsTheBest = options.TypicalP < 1 || options.XtcProbability > 0;
            if (!greedy || cutsTheBest)
                foreach (ILogitProcessor filter in Filters(options, seed)) yield return filter;
        }
        if (greedy) yield return new Greedy();
        else
        {
            yield return new DynamicTemperature(
                options.Temperature, options.DynamicTemperatureRange, options.DynamicTemperatureExponent);
            yield return new Draw(seed);
        }
    }

    private static IEnumerable<ILogitProcessor> Filters(SamplingOptions options, ulong seed)
    {
        yield return new TopNSigma(options.TopNSigma);
        yield return new TopK(options.TopK);
        yield return new Typical(options.TypicalP, options.MinKeep);
        yield return new TopP(options.TopP, options.MinKeep);
        yield return new MinP(options.MinP, options.MinKeep);
        yield return new Xtc(options.XtcProbability, options.XtcThreshold, options.MinKeep, ~seed);
    }
}
