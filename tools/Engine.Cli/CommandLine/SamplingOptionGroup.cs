using System.CommandLine;

namespace Engine.Cli.CommandLine;

/// <summary>The options that say how the next token is chosen, under llama.cpp's names.</summary>
internal sealed class SamplingOptionGroup
{
    private readonly Option<float> _temperature = OptionFactory.Real("--temp", ["--temperature"],
        "Temperature; 0 takes the most likely token", 0, float.MaxValue, 0.8f);
    private readonly Option<int> _topK = OptionFactory.Integer("--top-k", [], "Keep the K most likely tokens (0: all)", 0, int.MaxValue, 40);
    private readonly Option<float> _topP = OptionFactory.Real("--top-p", [], "Keep the most likely tokens that sum to P (1: all)", 0, 1, 0.95f);
    private readonly Option<float> _minP = OptionFactory.Real("--min-p", [],
        "Keep tokens at least P times as likely as the best (0: all)", 0, 1, 0.05f);
    private readonly Option<float> _topNSigma = OptionFactory.Real("--top-nsigma", ["--top-n-sigma"],
        "Keep tokens within N standard deviations of the best logit (-1: all)", -1, float.MaxValue, -1);
    private readonly Option<float> _typical = OptionFactory.Real("--typical", ["--typical-p"],
        "Keep locally typical tokens that sum to P (1: all)", 0, 1, 1);
    private readonly Option<float> _xtcProbability = OptionFactory.Real("--xtc-probability", [],
        "Chance of removing the likeliest tokens (0: never)", 0, 1, 0);
    private readonly Option<float> _xtcThreshold = OptionFactory.Real("--xtc-threshold", [],
        "Tokens as likely as this are removed by XTC, except the last of them", 0, 1, 0.1f);
    private readonly Option<float> _dynamicRange = OptionFactory.Real("--dynatemp-range", [],
        "Temperature moves this far with the entropy (0: fixed)", 0, float.MaxValue, 0);
    private readonly Option<float> _dynamicExponent = OptionFactory.Real("--dynatemp-exp", [],
        "Exponent of the dynamic temperature", 0, float.MaxValue, 1);
    private readonly Option<int> _repeatLastN = OptionFactory.Integer("--repeat-last-n", [],
        "Penalties look at the last N tokens (0: off)", 0, int.MaxValue, 64);
    private readonly Option<float> _repeatPenalty = OptionFactory.Real("--repeat-penalty", [],
        "Divide the logits of repeated tokens (1: off)", 0, float.MaxValue, 1);
    private readonly Option<float> _presencePenalty = OptionFactory.Real("--presence-penalty", [],
        "Subtract from the logits of tokens that occurred (0: off)", -float.MaxValue, float.MaxValue, 0);
    private readonly Option<float> _frequencyPenalty = OptionFactory.Real("--frequency-penalty", [],
        "Subtract for every time a token occurred (0: off)", -float.MaxValue, float.MaxValue, 0);
    private readonly Option<float> _dryMultiplier = OptionFactory.Real("--dry-multiplier", [],
        "Strength of the DRY penalty on repeated sequences (0: off)", 0, float.MaxValue, 0);
    private readonly Option<float> _dryBase = OptionFactory.Real("--dry-base", [],
        "DRY grows by this factor per repeated token", 0, float.MaxValue, 1.75f);
    private readonly Option<int> _dryAllowedLength = OptionFactory.Integer("--dry-allowed-length", [],
        "Repeats shorter than this cost nothing", 0, int.MaxValue, 2);
    private readonly Option<int> _dryLastN = OptionFactory.Integer("--dry-penalty-last-n", [],
        "DRY looks at the last N tokens (0: off)", 0, int.MaxValue, 64);
    private readonly Option<string[]> _dryBreakers = new("--dry-sequence-breaker")
    {
        Description = "Text that ends a DRY sequence, may be repeated; 'none' for none [default: newline, ':', '\"', '*']",
        HelpName = "TEXT",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<int> _mirostat = OptionFactory.Integer("--mirostat", [], "Mirostat version (0: off, 1, 2)", 0, 2, 0);
    private readonly Option<float> _mirostatRate = OptionFactory.Real("--mirostat-lr", [], "Mirostat learning rate, eta", 0, float.MaxValue, 0.1f);
    private readonly Option<float> _mirostatEntropy = OptionFactory.Real("--mirostat-ent", [],
        "Mirostat target entropy, tau", 0, float.MaxValue, 5);
    private readonly Option<string[]> _logitBias = new("--logit-bias", "-l")
    {
        Description = "Add to a token's logit, as in 15043+1 or 15043-inf; may be repeated",
        HelpName = "ID(+|-)X",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<long> _seed = new("--seed", "-s") { Description = "Seed of the random choices (default: random)", HelpName = "N" };

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
}
