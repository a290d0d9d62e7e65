using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Evaluation;
using Engine.Formats;

namespace Engine.Cli.Commands;

/// <summary><c>engine perplexity</c>: how well a model predicts a text, in llama.cpp's convention or the papers'.</summary>
internal sealed class PerplexityCommand : EngineCommand
{
    private readonly LoadOptionGroup _load = new();
    private readonly EvaluationOptionGroup _text = new();
    private readonly Option<string?> _save = OptionFactory.Text("--save-base", ["--kl-divergence-base"], "FILE",
        "Save the predictions for engine kld --base-logits (llama-perplexity's format)");
    private readonly Option<bool> _force = OutputFiles.ForceOption();
    private readonly Option<bool> _json = OptionFactory.Flag("--json",
        "Print {\"ppl\":...,\"stderr\":...,\"chunks\":...,\"window\":...,\"convention\":...}");

    public PerplexityCommand(Surroundings surroundings)
        : base(surroundings, "perplexity",
            "Measure how well a model predicts a text. The second half of each window is scored, as llama.cpp does, or all of it.",
            "engine perplexity model.gguf -f text.txt -c 512", "engine perplexity model.gguf -f text.txt --chunks 20 --exact --json",
            "engine perplexity model.gguf -f wiki.test.raw --convention papers")
    {
        _load.AddTo(this, context: false);
        _text.AddTo(this);
        Add(_save);
        Add(_force);
        Add(_json);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string text = _text.ReadText(parsed);
        string? save = parsed.GetValue(_save);
        if (save is not null) OutputFiles.Check(save, parsed.GetValue(_force), _load.Path(parsed), _text.TextPath(parsed)!);
        using var model = _load.Load(parsed);
        var windows = _text.Cut(parsed, text, model.Tokenizer);
        SavedLogits.CheckConvention(save, windows);
        using var session = model.CreateSession(new SessionOptions { ContextLength = windows.Length });
        PerplexityResult result = default;
        SavedLogits.Write(save, windows, session.VocabularySize, writer => Progress.Run(Terminal, "perplexity", windows.Count, report =>
            result = Perplexity.Measure(
                session, windows, writer, so => report(so.Windows, $"ppl {Units.Fixed(so.Value, 4)}"), cancellation)));
        if (parsed.GetValue(_json)) WriteJson(result, windows);
        else WriteText(result, windows);
        return Task.FromResult(ExitCode.Success);
    }

    private void WriteText(PerplexityResult result, TokenWindows windows) => Terminal.Output.WriteLine(
        $"{Units.Fixed(result.Value, 4)} ± {Units.Fixed(result.StandardError, 4)} ({EvaluationOptionGroup.Describe(windows)})");

    private void WriteJson(PerplexityResult result, TokenWindows windows) => Json.WriteLine(Terminal.Output, json =>
    {
        json.WriteStartObject();
        json.WriteFinite("ppl", result.Value);
        json.WriteFinite("stderr", result.StandardError);
        json.WriteNumber("chunks", result.Windows);
        json.WriteNumber("window", windows.Length);
        json.WriteString("convention", EvaluationOptionGroup.NameOf(windows.Convention));
        json.WriteEndObject();
    });
}
