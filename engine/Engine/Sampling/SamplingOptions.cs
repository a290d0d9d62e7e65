namespace Engine.Sampling;

/// <summary>
/// How the next token is chosen. Names, meaning and defaults are those of llama.cpp's command line; <see cref="SamplerChain.Create"/>
/// checks every value.
/// </summary>
public sealed record SamplingOptions
{
    /// <summary>Always the most probable token.</summary>
    public static SamplingOptions Greedy { get; } = new() { Temperature = 0 };

    /// <summary>Divides logits, at least 0. At 0 the most probable token is taken: the lowest id among equals.</summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>Half the width of the range in which temperature follows entropy, at least 0; 0 is off.</summary>
    public float DynamicTemperatureRange { get; init; }

    /// <summary>Exponent of normalised entropy in dynamic temperature, at least 0.</summary>
    public float DynamicTemperatureExponent { get; init; } = 1;

    /// <summary>Most candidates to keep; off at 0 or below.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>Probability that the kept candidates reach together, 0 to 1; 1 is off.</summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>Share of the largest probability that a candidate must have, 0 to 1; 0 is off.</summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>Probability of the locally typical candidates to keep, 0 to 1; 1 is off.</summary>
    public float TypicalP { get; init; } = 1;

    /// <summary>How often XTC acts, 0 to 1; 0 is off.</summary>
    public float XtcProbability { get; init; }

    /// <summary>Probability that makes a candidate one of XTC's top choices, 0 to 1; off above 0.5.</summary>
    public float XtcThreshold { get; init; } = 0.1f;

    /// <summary>Standard deviations below the largest logit that stay possible; off at 0 or below.</summary>
    public float TopNSigma { get; init; } = -1;

    /// <summary>Tokens of the past that the penalties look at, at least 0; 0 is off.</summary>
    public int RepeatLastN { get; init; } = 64;

    /// <summary>Repetition penalty, above 0; 1 is off.</summary>
    public float RepeatPenalty { get; init; } = 1;

    /// <summary>Subtracted from a logit per occurrence of its token; finite, 0 is off, below 0 it rewards.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Subtracted from a logit whose token occurred; finite, 0 is off, below 0 it rewards.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>DRY's penalty for a repetition of the allowed length, at least 0; 0 is off.</summary>
    public float DryMultiplier { get; init; }

    /// <summary>Growth of DRY's penalty per token, at least 0; off below 1.</summary>
    public float DryBase { get; init; } = 1.75f;

    /// <summary>Length of a repetition from which DRY acts, at least 0.</summary>
    public int DryAllowedLength { get; init; } = 2;

    /// <summary>Tokens of the past that DRY searches, at least 0; 0 is off.</summary>
    public int DryPenaltyLastN { get; init; } = 64;

    /// <summary>Strings at which DRY starts anew.</summary>
    public IReadOnlyList<string> DrySequenceBreakers { get; init; } = ["\n", ":", "\"", "*"];

    /// <summary>Mirostat in place of every filter but logit bias and temperature.</summary>
    public MirostatMode Mirostat { get; init; }

    /// <summary>Mirostat's target surprise in bits, at least 0.</summary>
    public float MirostatTau { get; init; } = 5;

    /// <summary>Mirostat's learning rate, at least 0.</summary>
    public float MirostatEta { get; init; } = 0.1f;

    /// <summary>Added to logits by token id: finite, or -infinity to forbid a token.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Candidates that typical, top-p, min-p and XTC leave in any case, at least 0.</summary>
    public int MinKeep { get; init; }

    /// <summary>Seed of all draws; null takes a new one for each chain.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Whether a chain of these options needs DRY's breakers.</summary>
    public bool UsesDry => DryMultiplier > 0 && DryBase >= 1 && DryPenaltyLastN > 0;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is NaN or out of the range that its documentation states; names the option.</exception>
    public void Validate()
    {
        AtLeastZero(Temperature, nameof(Temperature));
        AtLeastZero(DynamicTemperatureRange, nameof(DynamicTemperatureRange));
        AtLeastZero(DynamicTemperatureExponent, nameof(DynamicTemperatureExponent));
        Share(TopP, nameof(TopP));
        Share(MinP, nameof(MinP));
        Share(TypicalP, nameof(TypicalP));
        Share(XtcProbability, nameof(XtcProbability));
        Share(XtcThreshold, nameof(XtcThreshold));
        Require(float.IsFinite(TopNSigma), TopNSigma, "a finite number", nameof(TopNSigma));
        AtLeastZero(RepeatLastN, nameof(RepeatLastN));
        Require(RepeatPenalty > 0 && float.IsFinite(RepeatPenalty), RepeatPenalty, "a finite number above 0", nameof(RepeatPenalty));
        Require(float.IsFinite(FrequencyPenalty), FrequencyPenalty, "a finite number", nameof(FrequencyPenalty));
        Require(float.IsFinite(PresencePenalty), PresencePenalty, "a finite number", nameof(PresencePenalty));
        AtLeastZero(DryMultiplier, nameof(DryMultiplier));
        AtLeastZero(DryBase, nameof(DryBase));
        AtLeastZero(DryAllowedLength, nameof(DryAllowedLength));
        AtLeastZero(DryPenaltyLastN, nameof(DryPenaltyLastN));
        Require(Enum.IsDefined(Mirostat), (int)Mirostat, "0, 1 or 2", nameof(Mirostat));
        AtLeastZero(MirostatTau, nameof(MirostatTau));
        AtLeastZero(MirostatEta, nameof(MirostatEta));
        AtLeastZero(MinKeep, nameof(MinKeep));
        foreach ((int id, float bias) in LogitBias)
            Require(bias < float.PositiveInfinity, bias, $"a finite number or -infinity for token {id}", nameof(LogitBias));
    }

    private static void AtLeastZero(float value, string option) =>
        Require(value >= 0 && float.IsFinite(value), value, "a finite number of at least 0", option);

    private static void AtLeastZero(int value, string option) => Require(value >= 0, value, "at least 0", option);

    private static void Share(float value, string option) => Require(value is >= 0 and <= 1, value, "a number from 0 to 1", option);

    private static void Require(bool holds, float value, string expected, string option)
    {
        if (!holds) throw new ArgumentException(FormattableString.Invariant($"{option} is {value}, expected {expected}."), option);
    }
}
