using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Evaluation;
using Engine.Cli.Output;
using Engine.Evaluation;
using Engine.Kernels;

namespace Engine.Cli.Commands;

/// <summary><c>engine kld</c>: how far a model's predictions lie from those of a base model.</summary>
internal sealed class KldCommand : EngineCommand
{
    private readonly LoadOptionGroup _load = new();
    private readonly EvaluationOptionGroup _text = new(required: false);
    private readonly Option<string?> _base = OptionFactory.Text("--base", [], "BASE", "The model to compare with");
    private readonly Option<bool> _baseExact = OptionFactory.Flag("--base-exact", "Compute the base as --exact does");
    private readonly Option<string?> _logits = OptionFactory.Text("--base-logits", ["--kl-divergence-base"], "FILE",
        "The base's predictions, saved by --save-base or by llama-perplexity; the text is in the file");
    private readonly Option<string?> _save = OptionFactory.Text("--save-base", [], "FILE", "Save the base's predictions for --base-logits");
    private readonly Option<bool> _force = OutputFiles.ForceOption();
    private readonly Option<bool> _json = OptionFactory.Flag("--json",
        "Print {\"mean\":...,\"stderr\":...,\"p99\":...,\"p999\":...,\"top1\":...,\"ppl\":...,\"ppl_base\":...} and more");

    public KldCommand(Surroundings surroundings)
        : base(surroundings, "kld",
            "Measure the Kullback-Leibler divergence of a model from a base model on a text, both side by side or the base from a file.",
            "engine kld small.gguf --base model.gguf -f text.txt -c 512",
            "engine kld model.gguf --base model.gguf --base-exact -f text.txt --json",
            "engine kld small.gguf --base-logits base.kld")
    {
        _load.AddTo(this, context: false);
        Add(_base);
        Add(_baseExact);
        Add(_logits);
        Add(_save);
        Add(_force);
        _text.AddTo(this);
        Add(_json);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.Has(_base) == parsed.Has(_logits)) throw new UsageException("give either --base or --base-logits");
        (DivergenceResult result, TokenWindows windows) = parsed.Has(_logits) ? FromFile(parsed, cancellation) : SideBySide(parsed, cancellation);
        if (parsed.GetValue(_json)) Json.WriteLine(Terminal.Output, json => DivergenceReport.WriteJson(json, result, windows));
        else DivergenceReport.WriteText(Terminal.Output, result, windows);
        return Task.FromResult(ExitCode.Success);
    }

    private (DivergenceResult, TokenWindows) SideBySide(ParseResult parsed, CancellationToken cancellation)
    {
        if (_text.TextPath(parsed) is null) throw new UsageException("--base needs a text: -f FILE");
        string text = _text.ReadText(parsed), basePath = ModelFiles.Resolve(parsed.GetValue(_base)), path = _load.Path(parsed);
        string? save = parsed.GetValue(_save);
        if (save is not null) OutputFiles.Check(save, parsed.GetValue(_force), path, basePath, _text.TextPath(parsed)!);
        var options = _load.Options(parsed);
        using var model = Model.Load(path, options);
        using var baseModel = Model.Load(basePath, options with { Exact = parsed.GetValue(_baseExact), Cache = new KvCacheOptions() });
        TokenCheck.Compare(text, model, baseModel);
        var windows = _text.Cut(parsed, text, model.Tokenizer);
        SavedLogits.CheckConvention(save, windows);
        var size = new SessionOptions { ContextLength = windows.Length };
        using var session = model.CreateSession(size);
        using var baseSession = baseModel.CreateSession(size);
        DivergenceResult? result = null;
        SavedLogits.Write(save, windows, baseSession.VocabularySize, writer => Progress.Run(
            Terminal, "divergence", windows.Count, report => result = Divergence.Measure(
                session, baseSession, windows, writer, (done, mean) => report(done, $"mean {Units.Fixed(mean, 6)}"), cancellation)));
        return (result!, windows);
    }

    private (DivergenceResult, TokenWindows) FromFile(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.Has(_save) || parsed.Has(_baseExact)) throw new UsageException("--save-base and --base-exact need --base");
        if (_text.Convention(parsed) != WindowConvention.LlamaCpp) throw new UsageException("saved predictions have llama.cpp's convention");
        using var file = LogitFile.Open(parsed.GetValue(_logits)!);
        using var model = _load.Load(parsed);
        var windows = TokenCheck.WindowsOf(file, model, _text.Chunks(parsed));
        if (_text.TextPath(parsed) is not null) TokenCheck.CheckText(_text.ReadText(parsed), model, file);
        using var session = model.CreateSession(new SessionOptions { ContextLength = windows.Length });
        DivergenceResult? result = null;
        Progress.Run(Terminal, "divergence", windows.Count, report => result = Divergence.Measure(
            session, file, windows, (done, mean) => report(done, $"mean {Units.Fixed(mean, 6)}"), cancellation));
        return (result!, windows);
    }
}
