using System.CommandLine;
using System.Globalization;
using Engine.Cli.CommandLine;
using Engine.Cli.Evaluation;
using Engine.Cli.Output;
using Engine.Evaluation;
using Engine.Quantization.Imatrix;

namespace Engine.Cli.Commands;

/// <summary><c>engine imatrix</c>: measures, merges and describes importance matrices.</summary>
internal sealed class ImatrixCommand : EngineCommand
{
    private const string DefaultOutput = "imatrix.gguf";
    private readonly LoadOptionGroup _load = new();
    private readonly EvaluationOptionGroup _text = new(required: false);
    private readonly Option<string?> _output = OptionFactory.Text("-o", ["--output", "--output-file"], "FILE",
        $"The importance matrix to write (default: {DefaultOutput})");
    private readonly Option<string[]> _inputs = new("--in-file")
    {
        Description = "An importance matrix to add (GGUF or llama.cpp's older .dat); may be repeated; without -f they are only merged",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<bool> _withOutput = OptionFactory.Flag("--process-output", "Measure the output matrix, too");
    private readonly Option<bool> _statistics = OptionFactory.Flag("--show-statistics", "Describe the matrix and write no file");
    private readonly Option<bool> _force = OutputFiles.ForceOption();
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print JSON");

    public ImatrixCommand(Surroundings surroundings)
        : base(surroundings, "imatrix",
            "Measure on a text how much each column of a model's weights matters, for engine quantize (llama.cpp's file format).",
            "engine imatrix model.gguf -f calibration.txt -o imatrix.gguf", "engine imatrix --in-file a.gguf --in-file b.dat -o both.gguf",
            "engine imatrix --in-file imatrix.gguf --show-statistics")
    {
        _load.AddTo(this, context: false);
        _text.AddTo(this, convention: false);
        Option[] options = [_output, _inputs, _withOutput, _statistics, _force, _json];
        foreach (var option in options) Add(option);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string[] inputs = parsed.GetValue(_inputs) ?? [];
        string output = parsed.GetValue(_output) ?? DefaultOutput;
        bool statistics = parsed.GetValue(_statistics);
        if (_text.TextPath(parsed) is null && inputs.Length == 0) throw new UsageException("give a text (-f FILE) or matrices (--in-file FILE)");
        if (!statistics) OutputFiles.Check(output, parsed.GetValue(_force), [.. inputs, .. Sources(parsed)]);
        var parts = inputs.Select(path => ImportanceMatrix.Load(Checked(path), _text.Window(parsed))).ToList();
        PerplexityResult? perplexity = null;
        if (_text.TextPath(parsed) is { } path)
        {
            (var measured, perplexity) = Measure(parsed, path, cancellation);
            parts.Add(measured);
        }
        var matrix = ImportanceMatrix.Merge(parts);
        if (!statistics) matrix.Save(output);
        if (statistics) ImportanceReport.WriteStatistics(Terminal, matrix, parsed.GetValue(_json));
        else if (parsed.GetValue(_json)) Json.WriteLine(Terminal.Output, json => ImportanceReport.WriteJson(json, matrix, output, perplexity));
        else ImportanceReport.WriteText(Terminal.Output, matrix, output, perplexity);
        return Task.FromResult(ExitCode.Success);
    }

    private static string Checked(string path)
    {
        ModelFiles.Check(path, "an importance matrix");
        return path;
    }

    private IEnumerable<string> Sources(ParseResult parsed) =>
        _text.TextPath(parsed) is { } text ? [text, _load.Path(parsed)] : [];

    private (ImportanceMatrix, PerplexityResult) Measure(ParseResult parsed, string path, CancellationToken cancellation)
    {
        string text = _text.ReadText(parsed);
        using var model = _load.Load(parsed);
        var windows = _text.Cut(parsed, text, model.Tokenizer);
        (ImportanceMatrix Matrix, PerplexityResult Perplexity) result = default;
        Progress.Run(Terminal, "imatrix", windows.Count, report => result = ImportanceCollector.Collect(
            model, windows, path, parsed.GetValue(_withOutput), so => report(so.Windows, $"ppl {Units.Fixed(so.Value, 4)}"), cancellation));
        return result;
    }
}
