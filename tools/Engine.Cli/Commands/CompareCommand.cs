using System.CommandLine;
using System.Text;
using Engine.Cli.CommandLine;
using Engine.Cli.Comparison;
using Engine.Cli.Output;
using Engine.Evaluation;
using Engine.Formats;

namespace Engine.Cli.Commands;

/// <summary><c>engine compare</c>: the table of models, their sizes, speeds and qualities.</summary>
internal sealed class CompareCommand : EngineCommand
{
    private readonly Argument<string[]> _models = new("BASE FILE...")
    {
        Description = "GGUF files; the first is the base that the others are measured against",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly EvaluationOptionGroup _text = new();
    private readonly Option<bool> _exact = LoadOptionGroup.ExactOption();
    private readonly Option<int> _threads = OptionFactory.Integer("-t", ["--threads"], "Threads (default: one per processor)", 1, 1024);
    private readonly Option<int> _prompt = OptionFactory.Integer("-p", [], "Tokens of the timed prompt; 0 for none", 0, int.MaxValue, 512);
    private readonly Option<int> _generated = OptionFactory.Integer("-n", [], "Tokens of the timed answer; 0 for none", 0, int.MaxValue, 64);
    private readonly Option<int> _repetitions = OptionFactory.Integer("-r", [], "Repetitions of each timing", 1, 1000, 3);
    private readonly Option<string> _form = new("-o", "--output")
    {
        Description = "text, md or json",
        HelpName = "FORM",
        DefaultValueFactory = _ => "text",
    };
    private readonly Option<string?> _svg = OptionFactory.Text("--svg", [], "FILE", "Draw quality against size");
    private readonly Option<string?> _logits = OptionFactory.Text("--base-logits", [], "FILE",
        "Keep the base's predictions here (default: a temporary file; some 100 KB per token of the text)");
    private readonly Option<bool> _force = OutputFiles.ForceOption();

    public CompareCommand(Surroundings surroundings)
        : base(surroundings, "compare",
            "Compare models with a base: type, bits per weight, size, memory, speed, perplexity and KL divergence in one table.",
            "engine compare model-f16.gguf model-q8_0.gguf model-q4_k_m.gguf -f text.txt --exact --svg quality.svg",
            "engine compare model-f16.gguf model-q4_0.gguf -f text.txt --chunks 10 -p 0 -n 0 -o md")
    {
        _form.AcceptOnlyFromAmong("text", "md", "json");
        Add(_models);
        _text.AddTo(this, convention: false);
        Option[] options = [_exact, _threads, _prompt, _generated, _repetitions, _form, _svg, _logits, _force];
        foreach (var option in options) Add(option);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string[] paths = [.. parsed.GetValue(_models)!.Select(ModelFiles.Resolve)];
        string text = _text.ReadText(parsed);
        bool force = parsed.GetValue(_force);
        string? svg = parsed.GetValue(_svg), kept = parsed.GetValue(_logits);
        foreach (string output in new[] { svg, kept }.OfType<string>()) OutputFiles.Check(output, force, [.. paths, _text.TextPath(parsed)!]);
        string predictions = kept ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"engine-{Guid.NewGuid():N}.kld");
        try
        {
            var options = new ModelOptions { Exact = parsed.GetValue(_exact), Threads = parsed.Optional(_threads) ?? 0 };
            var timing = new ComparisonOptions(
                options, parsed.GetValue(_prompt), parsed.GetValue(_generated), parsed.GetValue(_repetitions));
            var comparison = new ModelComparison(Terminal, timing, cancellation);
            TokenWindows? windows = null;
            var rows = new List<ComparedModel>
            {
                comparison.MeasureBase(paths[0], model => windows = _text.Cut(parsed, text, model.Tokenizer), predictions),
            };
            using var saved = LogitFile.Open(predictions);
            foreach (string path in paths[1..]) rows.Add(comparison.Measure(path, saved, text));
            Write(parsed, rows, EvaluationOptionGroup.Describe(windows!), svg);
        }
        finally
        {
            if (kept is null) File.Delete(predictions);
        }
        return Task.FromResult(ExitCode.Success);
    }

    private void Write(ParseResult parsed, List<ComparedModel> rows, string convention, string? svg)
    {
        if (svg is not null)
        {
            byte[] drawing = Encoding.UTF8.GetBytes(QualityPlot.Draw(rows, $"Quality against size: {System.IO.Path.GetFileName(rows[0].File)}"));
            AtomicFile.Write(svg, stream => stream.Write(drawing));
        }
        switch (parsed.GetValue(_form))
        {
            case "json":
                Json.WriteLine(Terminal.Output, json => ComparisonTable.WriteJson(json, rows), indented: true);
                break;
            case "md":
                ComparisonTable.WriteMarkdown(Terminal.Output, rows, convention);
                break;
            default:
                ComparisonTable.WriteText(Terminal, rows, convention);
                break;
        }
    }
}
