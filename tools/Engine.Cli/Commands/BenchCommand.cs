using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using Engine.Cli.Benchmark;
using Engine.Cli.CommandLine;
using Engine.Cli.Inspection;
using Engine.Cli.Output;
using Engine.Formats.Gguf;
using Engine.Kernels;

namespace Engine.Cli.Commands;

/// <summary><c>engine bench</c>: tokens per second, measured and printed as llama-bench does.</summary>
internal sealed class BenchCommand : EngineCommand
{
    private const int MostRepetitions = 1000;
    private readonly LoadOptionGroup _load = new();
    private readonly Option<int[]?> _prompts = OptionFactory.Integers("-p", "Prompt lengths to measure; 0 for none", 0, [512]);
    private readonly Option<int[]?> _generated = OptionFactory.Integers("-n", "Numbers of tokens to generate; 0 for none", 0, [128]);
    private readonly Option<int[]?> _depths = OptionFactory.Integers("-d", "Tokens already in the cache", 0, [0]);
    private readonly Option<int[]?> _threads = OptionFactory.Integers("-t", "Threads (default: one per processor)", 1);
    private readonly Option<int> _repetitions = OptionFactory.Integer("-r", [], "Repetitions of each test", 1, MostRepetitions, 5);
    private readonly Option<string> _form = new("-o")
    {
        Description = "md, csv or json",
        HelpName = "FORM",
        DefaultValueFactory = _ => "md",
    };
    private readonly Option<bool> _verbose = OptionFactory.Flag("--verbose",
        "Tell the processor, the instruction set and the load time on stderr");

    public BenchCommand(Surroundings surroundings)
        : base(surroundings, "bench", "Measure tokens per second, as llama-bench does: mean and standard deviation.",
            "engine bench model.gguf", "engine bench model.gguf -p 512,2048 -n 128 -d 0,4096 -t 1,2 -r 3 -o json")
    {
        _load.AddTo(this, context: false, threads: false);
        _form.AcceptOnlyFromAmong("md", "csv", "json");
        Option[] options = [_prompts, _generated, _depths, _threads, _repetitions, _form, _verbose];
        foreach (var option in options) Add(option);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string path = _load.Path(parsed);
        var tests = BenchTest.All(parsed.GetValue(_prompts)!, parsed.GetValue(_generated)!, parsed.GetValue(_depths)!).ToList();
        if (tests.Count == 0) throw new UsageException("nothing to measure: -p and -n are 0");
        var options = _load.Options(parsed);
        var writer = BenchWriter.Create(parsed.GetValue(_form)!, Describe(path, options), Terminal);
        bool begun = false;
        foreach (int threads in parsed.Has(_threads) ? parsed.GetValue(_threads)! : [0])
        {
            long start = Stopwatch.GetTimestamp();
            using var model = Model.Load(path, options with { Threads = threads });
            if (parsed.GetValue(_verbose)) Tell(model, Stopwatch.GetElapsedTime(start));
            using var session = model.CreateSession(new SessionOptions { ContextLength = tests.Max(test => test.Depth + test.Tokens) });
            if (!begun) writer.Begin();
            begun = true;
            var runner = new BenchRunner(session, model.Config.VocabularySize, cancellation);
            foreach (var test in tests) writer.Add(runner.Run(test, model.Options.Threads, parsed.GetValue(_repetitions)));
        }
        writer.End();
        return Task.FromResult(ExitCode.Success);
    }

    private static BenchSubject Describe(string path, ModelOptions options)
    {
        using var file = GgufFile.Open(path);
        var summary = new ModelSummary(file);
        var version = typeof(BenchCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        return new BenchSubject(path, summary.Description, summary.TensorBytes, summary.Parameters,
            options.Exact ? "CPU exact" : "CPU", Cpu.Name, version?.InformationalVersion ?? "");
    }

    private void Tell(Model model, TimeSpan load) => Fields.Write(Terminal.Error,
    [
        ("processor", $"{Cpu.Name} ({string.Join(' ', Cpu.InstructionSets)})"),
        ("kernels", Processor.Default.ToString()),
        ("threads", $"{model.Options.Threads}"),
        ("load", $"{Units.Time(load)}, weights {Units.Bytes(model.WeightBytes)}"),
    ]);
}
