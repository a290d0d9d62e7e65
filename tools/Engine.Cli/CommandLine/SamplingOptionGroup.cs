using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Engine.Sampling;

namespace Engine.Cli.CommandLine;

/// <summary>The options that say how the next token is chosen, under llama.cpp's names.</summary>
internal sealed class SamplingOptionGroup
{
    private const string NoBreakers = "none";
    private static readonly SamplingOptions Standard = new();

    private readonly Option<float> _temperature = OptionFactory.Real("--temp", ["--temperature"],
        "Temperature; 0 takes the most likely token", 0, float.MaxValue, Standard.Temperature);
    private readonly Option<int> _topK = OptionFactory.Integer("--top-k", [],
        "Keep the K most likely tokens (0: all)", 0, int.MaxValue, Standard.TopK);
    private readonly Option<float> _topP = OptionFactory.Real("--top-p", [],
        "Keep the most likely tokens that sum to P (1: all)", 0, 1, Standard.TopP);
    private readonly Option<float> _minP = OptionFactory.Real("--min-p", [],
        "Keep tokens at least P times as likely as the best (0: all)", 0, 1, Standard.MinP);
    private readonly Option<float> _topNSigma = OptionFactory.Real("--top-nsigma", ["--top-n-sigma"],
        "Keep tokens within N standard deviations of the best logit (-1: all)", -1, float.MaxValue, Standard.TopNSigma);
    private readonly Option<float> _typical = OptionFactory.Real("--typical", ["--typical-p"],
        "Keep locally typical tokens that sum to P (1: all)", 0, 1, Standard.TypicalP);
    private readonly Option<float> _xtcProbability = OptionFactory.Real("--xtc-probability", [],
        "Chance of removing the likeliest tokens (0: never)", 0, 1, Standard.XtcProbability);
    private readonly Option<float> _xtcThreshold = OptionFactory.Real("--xtc-threshold", [],
        "Tokens as likely as this are removed by XTC, except the last of them", 0, 1, Standard.XtcThreshold);
    private readonly Option<float> _dynamicRange = OptionFactory.Real("--dynatemp-range", [],
        "Temperature moves this far with the entropy (0: fixed)", 0, float.MaxValue, Standard.DynamicTemperatureRange);
    private readonly Option<float> _dynamicExponent = OptionFactory.Real("--dynatemp-exp", [],
        "Exponent of the dynamic temperature", 0, float.MaxValue, Standard.DynamicTemperatureExponent);
    private readonly Option<int> _repeatLastN = OptionFactory.Integer("--repeat-last-n", [],
        "Penalties look at the last N tokens (0: off)", 0, int.MaxValue, Standard.RepeatLastN);
    private readonly Option<float> _repeatPenalty = OptionFactory.Real("--repeat-penalty", [],
        "Divide the logits of repeated tokens (1: off)", float.Epsilon, float.MaxValue, Standard.RepeatPenalty);
    private readonly Option<float> _presencePenalty = OptionFactory.Real("--presence-penalty", [],
        "Subtract from the logits of tokens that occurred (0: off)", -float.MaxValue, float.MaxValue, Standard.PresencePenalty);
    private readonly Option<float> _frequencyPenalty = OptionFactory.Real("--frequency-penalty", [],
        "Subtract for every time a token occurred (0: off)", -float.MaxValue, float.MaxValue, Standard.FrequencyPenalty);
    private readonly Option<float> _dryMultiplier = OptionFactory.Real("--dry-multiplier", [],
        "Strength of the DRY penalty on repeated sequences (0: off)", 0, float.MaxValue, Standard.DryMultiplier);
    private readonly Option<float> _dryBase = OptionFactory.Real("--dry-base", [],
        "DRY grows by this factor per repeated token", 0, float.MaxValue, Standard.DryBase);
    private readonly Option<int> _dryAllowedLength = OptionFactory.Integer("--dry-allowed-length", [],
        "Repeats shorter than this cost nothing", 0, int.MaxValue, Standard.DryAllowedLength);
    private readonly Option<int> _dryLastN = OptionFactory.Integer("--dry-penalty-last-n", [],
        "DRY looks at the last N tokens (0: off)", 0, int.MaxValue, Standard.DryPenaltyLastN);
    private readonly Option<string[]> _dryBreakers = new("--dry-sequence-breaker")
    {
        Description = "Text that ends a DRY sequence, may be repeated; 'none' for none [default: newline, ':', '\"', '*']",
        HelpName = "TEXT",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<int> _mirostat = OptionFactory.Integer("--mirostat", [], "Mirostat version (0: off, 1, 2)", 0, 2, 0);
    private readonly Option<float> _mirostatRate = OptionFactory.Real("--mirostat-lr", [],
        "Mirostat learning rate, eta", 0, float.MaxValue, Standard.MirostatEta);
    private readonly Option<float> _mirostatEntropy = OptionFactory.Real("--mirostat-ent", [],
        "Mirostat target entropy, tau", 0, float.MaxValue, Standard.MirostatTau);
    private readonly Option<string[]> _logitBias = new("--logit-bias", "-l")
    {
        Description = "Add to a token's logit, as in 15043+1 or 15043-inf; may be repeated",
        HelpName = "ID(+|-)X",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<long?> _seed = new("--seed", "-s")
    {
        Description = "Seed of the random choices (default, and -1: a new one each time)",
        HelpName = "N",
        CustomParser = ParseSeed,
    };

    /// <summary>Adds the group's options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        Option[] options =
        [
            _temperature, _topK, _topP, _minP, _seed, _topNSigma, _typical, _xtcProbability, _xtcThreshold, _dynamicRange, _dynamicExponent,
            _repeatLastN, _repeatPenalty, _presencePenalty, _frequencyPenalty, _dryMultiplier, _dryBase, _dryAllowedLength, _dryLastN,
            _dryBreakers, _mirostat, _mirostatRate, _mirostatEntropy, _logitBias,
        ];
        foreach (var option in options) command.Add(option);
    }

    /// <summary>The choice of tokens that the command line asks for.</summary>
    /// <exception cref="UsageException">A logit bias is not in its notation.</exception>
    public SamplingOptions Read(ParseResult parsed) => new()
    {
        Temperature = parsed.GetValue(_temperature),
        TopK = parsed.GetValue(_topK),
        TopP = parsed.GetValue(_topP),
        MinP = parsed.GetValue(_minP),
        TopNSigma = parsed.GetValue(_topNSigma),
        TypicalP = parsed.GetValue(_typical),
        XtcProbability = parsed.GetValue(_xtcProbability),
        XtcThreshold = parsed.GetValue(_xtcThreshold),
        DynamicTemperatureRange = parsed.GetValue(_dynamicRange),
        DynamicTemperatureExponent = parsed.GetValue(_dynamicExponent),
        RepeatLastN = parsed.GetValue(_repeatLastN),
        RepeatPenalty = parsed.GetValue(_repeatPenalty),
        PresencePenalty = parsed.GetValue(_presencePenalty),
        FrequencyPenalty = parsed.GetValue(_frequencyPenalty),
        DryMultiplier = parsed.GetValue(_dryMultiplier),
        DryBase = parsed.GetValue(_dryBase),
        DryAllowedLength = parsed.GetValue(_dryAllowedLength),
        DryPenaltyLastN = parsed.GetValue(_dryLastN),
        DrySequenceBreakers = ReadBreakers(parsed.GetValue(_dryBreakers)),
        Mirostat = (MirostatMode)parsed.GetValue(_mirostat),
        MirostatEta = parsed.GetValue(_mirostatRate),
        MirostatTau = parsed.GetValue(_mirostatEntropy),
        LogitBias = LogitBiasParser.Parse(parsed.GetValue(_logitBias) ?? []),
        Seed = parsed.GetValue(_seed) is { } seed ? (ulong)seed : null,
    };

    /// <summary>The same where the model's own file says how it is to be sampled: that counts unless the command line says otherwise.</summary>
    public SamplingOptions Read(ParseResult parsed, SamplingOptions asked, SamplingOptions model) => asked with
    {
        Temperature = parsed.Has(_temperature) ? asked.Temperature : model.Temperature,
        TopK = parsed.Has(_topK) ? asked.TopK : model.TopK,
        TopP = parsed.Has(_topP) ? asked.TopP : model.TopP,
        MinP = parsed.Has(_minP) ? asked.MinP : model.MinP,
        RepeatLastN = parsed.Has(_repeatLastN) ? asked.RepeatLastN : model.RepeatLastN,
        RepeatPenalty = parsed.Has(_repeatPenalty) ? asked.RepeatPenalty : model.RepeatPenalty,
    };

    private static IReadOnlyList<string> ReadBreakers(string[]? breakers) =>
        breakers is not { Length: > 0 } ? Standard.DrySequenceBreakers : [.. breakers.Where(text => text != NoBreakers)];

    private static long? ParseSeed(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seed) || seed < -1)
            result.AddError($"--seed: '{text}' is not a whole number of at least 0, or -1");
        return seed < 0 ? null : seed;
    }
}
