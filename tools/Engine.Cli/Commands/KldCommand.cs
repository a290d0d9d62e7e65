using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Evaluation;

namespace Engine.Cli.Commands;

/// <summary><c>engine kld</c>: how far a model's predictions lie from those of a base model.</summary>
internal sealed class KldCommand : EngineCommand
{
    private readonly LoadOptionGroup _load = new();
    private readonly EvaluationOptionGroup _text = new();
    private readonly Option<string> _base = new("--base") { Description = "The model to compare with", HelpName = "BASE", Required = true };
    private readonly Option<bool> _baseExact = OptionFactory.Flag("--base-exact", "Compute the base as --exact does");
    private readonly Option<bool> _json = OptionFactory.Flag("--json",
        "Print {\"mean\":...,\"stderr\":...,\"p99\":...,\"p999\":...,\"top1\":...,\"ppl\":...,\"ppl_base\":...}");

    public KldCommand(Surroundings surroundings)
        : base(surroundings, "kld", "Measure the Kullback-Leibler divergence of a model from a base model on a text, both side by side.",
            "engine kld small.gguf --base model.gguf -f text.txt -c 512",
            "engine kld model.gguf --base model.gguf --base-exact -f text.txt --json")
    {
        _load.AddTo(this, context: false);
        Add(_base);
        Add(_baseExact);
        _text.AddTo(this);
        Add(_json);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string text = _text.ReadText(parsed), basePath = ModelFiles.Resolve(parsed.GetValue(_base));
        var options = _load.Options(parsed);
        using var model = Model.Load(_load.Path(parsed), options);
        using var baseModel = Model.Load(basePath, options with { Exact = parsed.GetValue(_baseExact) });
        CheckTokens(text, model, baseModel);
        var windows = _text.Cut(parsed, text, model.Tokenizer);
        var size = new SessionOptions { ContextLength = windows.Length };
        using var session = model.CreateSession(size);
        using var baseSession = baseModel.CreateSession(size);
        DivergenceResult? result = null;
        Progress.Run(Terminal, "divergence", windows.Count, report => result = Divergence.Measure(
            session, baseSession, windows, (done, mean) => report(done, $"mean {Units.Fixed(mean, 6)}"), cancellation));
        if (parsed.GetValue(_json)) WriteJson(result!);
        else WriteText(result!);
        return Task.FromResult(ExitCode.Success);
    }

    /// <summary>Vocabularies of one size may still be different ones: the same id has to stand for the same piece of the text.</summary>
    private static void CheckTokens(string text, Model model, Model baseModel)
    {
        int vocabulary = model.Config.VocabularySize, baseVocabulary = baseModel.Config.VocabularySize;
        if (vocabulary != baseVocabulary)
            throw new CommandException($"{baseModel.Path}: has {baseVocabulary} tokens, expected the {vocabulary} of {model.Path}");
        var tokens = model.Tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
        if (!tokens.SequenceEqual(baseModel.Tokenizer.Encode(text, addSpecial: false, parseSpecial: false)))
            throw new CommandException($"{baseModel.Path}: reads the text as other tokens than {model.Path}, nothing can be compared");
    }

    private void WriteText(DivergenceResult result) => Fields.Write(Terminal.Output,
    [
        ("mean divergence", $"{Units.Fixed(result.Mean, 6)} ± {Units.Fixed(result.StandardError, 6)}"),
        ("99th percentile", Units.Fixed(result.Percentile99, 6)),
        ("99.9th percentile", Units.Fixed(result.Percentile999, 6)),
        ("same top token", Units.Fixed(100 * result.SameTop, 2) + " %"),
        ("perplexity", $"{Units.Fixed(result.Model.Value, 4)} ± {Units.Fixed(result.Model.StandardError, 4)}"),
        ("perplexity of the base", $"{Units.Fixed(result.Base.Value, 4)} ± {Units.Fixed(result.Base.StandardError, 4)}"),
    ]);

    private void WriteJson(DivergenceResult result) => Json.WriteLine(Terminal.Output, json =>
    {
        json.WriteStartObject();
        json.WriteFinite("mean", result.Mean);
        json.WriteFinite("stderr", result.StandardError);
        json.WriteFinite("p99", result.Percentile99);
        json.WriteFinite("p999", result.Percentile999);
        json.WriteFinite("top1", result.SameTop);
        json.WriteFinite("ppl", result.Model.Value);
        json.WriteFinite("ppl_base", result.Base.Value);
        json.WriteEndObject();
    });
}
