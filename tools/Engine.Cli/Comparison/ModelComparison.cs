using Engine.Cli.Benchmark;
using Engine.Cli.CommandLine;
using Engine.Cli.Evaluation;
using Engine.Cli.Inspection;
using Engine.Cli.Output;
using Engine.Evaluation;
using Engine.Formats;
using Engine.Quantization.Mixes;

namespace Engine.Cli.Comparison;

/// <summary>How models are compared.</summary>
/// <param name="Options">How they are loaded to measure speed; for quality <see cref="ModelOptions.Exact"/> is taken from it alone.</param>
/// <param name="Prompt">Tokens of the prompt that is timed, 0 for none.</param>
/// <param name="Generated">Tokens of the answer that is timed, 0 for none.</param>
/// <param name="Repetitions">How often.</param>
internal sealed record ComparisonOptions(ModelOptions Options, int Prompt, int Generated, int Repetitions);

/// <summary>Measures models one after the other: sizes, speed, and how far their predictions lie from a base's.</summary>
internal sealed class ModelComparison(Terminal terminal, ComparisonOptions options, CancellationToken cancellation)
{
    /// <summary>Measures the base and saves its predictions.</summary>
    public ComparedModel MeasureBase(string path, Func<Model, TokenWindows> cut, string predictions)
    {
        using Model model = Model.Load(path, options.Options);
        TokenWindows windows = cut(model);
        using Session session = Open(model, windows);
        PerplexityResult result = default;
        AtomicFile.Write(predictions, stream => Progress.Run(terminal, "base", windows.Count, report => result = Perplexity.Measure(
            session, windows, new LogitFileWriter(stream, windows, session.VocabularySize),
            so => report(so.Windows, $"ppl {Units.Fixed(so.Value, 4)}"), cancellation)));
        return Describe(model, session, path) with { Perplexity = result };
    }

    /// <summary>Measures a model against the predictions of the base.</summary>
    public ComparedModel Measure(string path, LogitFile predictions, string text)
    {
        using Model model = Model.Load(path, options.Options);
        TokenWindows windows = TokenCheck.WindowsOf(predictions, model, most: null);
        TokenCheck.CheckText(text, model, predictions);
        using Session session = Open(model, windows);
        DivergenceResult? result = null;
        Progress.Run(terminal, System.IO.Path.GetFileName(path), windows.Count, report => result = Divergence.Measure(
            session, predictions, windows, (done, mean) => report(done, $"mean {Units.Fixed(mean, 6)}"), cancellation));
        return Describe(model, session, path) with { Perplexity = result!.Model, Divergence = result };
    }

    private static Session Open(Model model, TokenWindows windows) =>
        model.CreateSession(new SessionOptions { ContextLength = windows.Length });

    private ComparedModel Describe(Model model, Session session, string path)
    {
        using var file = ModelSources.Open(path);
        var summary = new ModelSummary(file);
        int id = file.Metadata.GetInt32("general.file_type", -1);
        var described = new ComparedModel
        {
            File = path,
            Type = FileTypes.All.FirstOrDefault(type => type.Id == id)?.Name ?? summary.Types[0].Type.Name,
            BitsPerWeight = summary.BitsPerWeight,
            FileBytes = file.FileBytes,
            MemoryBytes = model.WeightBytes + session.CacheBytes,
            Perplexity = default,
        };
        if (options.Prompt + options.Generated == 0) return described;
        if (!options.Options.Exact) return Time(model, described);
        // Speed is that of everyday use.
        using Model fast = Model.Load(path, options.Options with { Exact = false });
        return Time(fast, described);
    }

    private ComparedModel Time(Model model, ComparedModel described)
    {
        using Session session = model.CreateSession(new SessionOptions { ContextLength = Math.Max(options.Prompt, options.Generated) });
        var runner = new BenchRunner(session, model.Config.VocabularySize, cancellation);
        double? Speed(int prompt, int generated) => prompt + generated == 0
            ? null
            : BenchResult.Mean(runner.Run(new BenchTest(prompt, generated, 0), model.Options.Threads, options.Repetitions).Speeds);
        return described with { PromptSpeed = Speed(options.Prompt, 0), DecodeSpeed = Speed(0, options.Generated) };
    }
}
