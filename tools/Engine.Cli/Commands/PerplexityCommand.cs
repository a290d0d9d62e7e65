using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Evaluation;

namespace Engine.Cli.Commands;

/// <summary><c>engine perplexity</c>: how well a model predicts a text, in llama.cpp's convention.</summary>
internal sealed class PerplexityCommand : EngineCommand
{
    private readonly LoadOptionGroup _load = new();
    private readonly EvaluationOptionGroup _text = new();
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print {\"ppl\":...,\"stderr\":...,\"chunks\":...}");

    public PerplexityCommand(Surroundings surroundings)
        : base(surroundings, "perplexity",
            "Measure how well a model predicts a text. The second half of each window is scored, as llama.cpp does.",
            "engine perplexity model.gguf -f text.txt -c 512", "engine perplexity model.gguf -f text.txt --chunks 20 --exact --json")
    {
        _load.AddTo(this, context: false);
        _text.AddTo(this);
        Add(_json);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string text = _text.ReadText(parsed);
        using var model = _load.Load(parsed);
        var windows = _text.Cut(parsed, text, model.Tokenizer);
        using var session = model.CreateSession(new SessionOptions { ContextLength = windows.Length });
        PerplexityResult result = default;
        Progress.Run(Terminal, "perplexity", windows.Count, report => result = Perplexity.Measure(
            session, windows, so => report(so.Windows, $"ppl {Units.Fixed(so.Value, 4)}"), cancellation));
        if (parsed.GetValue(_json)) WriteJson(result);
        else WriteText(result, windows.Length);
        return Task.FromResult(ExitCode.Success);
    }

    private void WriteText(PerplexityResult result, int window) => Terminal.Output.WriteLine(
        $"{Units.Fixed(result.Value, 4)} ± {Units.Fixed(result.StandardError, 4)} ({result.Windows} chunks of {window})");

    private void WriteJson(PerplexityResult result) => Json.WriteLine(Terminal.Output, json =>
    {
        json.WriteStartObject();
        json.WriteFinite("ppl", result.Value);
        json.WriteFinite("stderr", result.StandardError);
        json.WriteNumber("chunks", result.Windows);
        json.WriteEndObject();
    });
}
