using System.CommandLine;
using Engine.Generation;

namespace Engine.Cli.CommandLine;

/// <summary>The options of an answer: its length, where it stops, how its tokens are chosen.</summary>
internal sealed class GenerationOptionGroup
{
    // A small model that loses itself would otherwise fill the whole context.
    private const int UsualLength = 1024;

    private readonly Option<int> _tokens = OptionFactory.Integer("-n", ["--predict", "--n-predict"],
        "Most tokens to generate; -1: until the answer or the context ends", -1, int.MaxValue, UsualLength);
    private readonly Option<string[]> _stop = new("--stop", "-r", "--reverse-prompt")
    {
        Description = "End the answer before this text; may be repeated",
        HelpName = "TEXT",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<bool> _ignoreEnd = OptionFactory.Flag("--ignore-eos", "Go on after the end of the answer");
    private readonly Option<bool> _shift = OptionFactory.Flag("--context-shift", "When the context is full, drop its older half and go on");
    private readonly Option<int> _keep = OptionFactory.Integer("--keep", [], "First tokens that --context-shift keeps", 0, int.MaxValue, 0);
    private readonly SamplingOptionGroup _sampling = new();

    public GenerationOptionGroup()
    {
        _tokens.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "0" }])
                result.AddError("-n: 0 tokens leave nothing to do, expected at least 1, or -1 for no limit");
        });
        _stop.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0)) result.AddError("--stop: the text is empty");
        });
    }

    /// <summary>Adds the group's options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        Option[] options = [_tokens, _stop, _ignoreEnd, _shift, _keep];
        foreach (var option in options) command.Add(option);
        _sampling.AddTo(command);
    }

    /// <summary>A word on why an answer was cut short that nobody asked to be short; null where there is nothing to say.</summary>
    public string? Explain(ParseResult parsed, FinishReason? finish) => finish switch
    {
        FinishReason.Length when !parsed.Has(_tokens) => $"stopped after {UsualLength} tokens, -n sets the limit",
        FinishReason.ContextFull => "stopped because the context is full, -c sets its size",
        _ => null,
    };

    /// <summary>What the command line asks for, with the model's own defaults of sampling behind it.</summary>
    public GenerationOptions For(Model model, GenerationOptions asked, ParseResult parsed) =>
        asked with { Sampling = _sampling.Read(parsed, asked.Sampling, model.SamplingDefaults) };

    /// <summary>What the command line asks for.</summary>
    public GenerationOptions Read(ParseResult parsed) => new()
    {
        MaxTokens = parsed.GetValue(_tokens) is var tokens and >= 0 ? tokens : null,
        StopStrings = parsed.GetValue(_stop) ?? [],
        IgnoreEndOfText = parsed.GetValue(_ignoreEnd),
        OnContextFull = parsed.GetValue(_shift) ? ContextFullAction.Shift : ContextFullAction.Stop,
        KeepTokens = parsed.GetValue(_keep),
        Sampling = _sampling.Read(parsed),
    };
}
