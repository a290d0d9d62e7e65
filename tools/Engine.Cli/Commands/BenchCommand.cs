using System.CommandLine;
using Engine.Cli.Benchmark;
using Engine.Cli.Benchmark.Against;
using Engine.Cli.CommandLine;

namespace Engine.Cli.Commands;

/// <summary><c>engine bench</c>: tokens per second, measured and printed as llama-bench does.</summary>
internal sealed class BenchCommand : EngineCommand
{
    private const int MostRepetitions = 1000;
    private const int MostSeconds = 86_400;
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
        "Tell the processor, the instruction set, threads, load time and memory on stderr");
    private readonly SyntheticOptionGroup _synthetic = new();
    private readonly Option<string?> _write = OptionFactory.Text("--write", [], "FILE", "With --shape: write the model to a file, and measure that");
    private readonly Option<string[]> _against = new("--against")
    {
        Description = "Measure another engine's llama-bench on the same file in turns and print the ratio; may be repeated",
        HelpName = "LLAMA-BENCH",
    };
    private readonly Option<string[]> _peerArguments = new("--peer-args")
    {
        Description = "More arguments for the --against of the same place, such as \"-rtr 1\"",
        HelpName = "TEXT",
    };
    private readonly Option<int> _soak = OptionFactory.Integer("--soak", [],
        "Decode for so many seconds instead and fail if that allocates or memory grows", 1, MostSeconds);

    public BenchCommand(Surroundings surroundings)
        : base(surroundings, "bench", "Measure tokens per second, as llama-bench does: mean and standard deviation.",
            "engine bench model.gguf", "engine bench model.gguf -p 512,2048 -n 128 -d 0,4096 -t 1,2 -r 3 -o json",
            "engine bench --shape tinyllama-1.1b --type Q4_K --pure -p 256 -n 32",
            "engine bench model.gguf --against llama.cpp/llama-bench --against ik/llama-bench --peer-args '' --peer-args '-rtr 1'")
    {
        _load.AddTo(this, context: false, threads: false);
        _form.AcceptOnlyFromAmong("md", "csv", "json");
        Option[] options = [_prompts, _generated, _depths, _threads, _repetitions, _form, _verbose];
        foreach (var option in options) Add(option);
        _synthetic.AddTo(this);
        foreach (Option option in new Option[] { _write, _against, _peerArguments, _soak }) Add(option);
    }

    protected override async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var tests = BenchTest.All(parsed.GetValue(_prompts)!, parsed.GetValue(_generated)!, parsed.GetValue(_depths)!).ToList();
        if (tests.Count == 0) throw new UsageException("nothing to measure: -p and -n are 0");
        using BenchTarget target = Target(parsed);
        if (parsed.GetValue(_write) is { } path) target.Write(path);
        if (parsed.Optional(_soak) is { } seconds) return RunSoak(parsed, target, TimeSpan.FromSeconds(seconds), cancellation);
        if (parsed.GetValue(_against) is { Length: > 0 } peers) await CompareAsync(parsed, target, peers, tests, cancellation);
        else Measure(parsed, target, tests, cancellation);
        return ExitCode.Success;
    }

    private BenchTarget Target(ParseResult parsed)
    {
        if (_synthetic.Read(parsed) is not { } synthetic) return new BenchTarget(_load.Path(parsed));
        if (_load.IsNamed(parsed)) throw new UsageException("MODEL and --shape exclude each other");
        if (_load.Options(parsed).Mapped && !parsed.Has(_write))
            throw new UsageException("--no-repack needs a file: give --shape a --write");
        return new BenchTarget(synthetic.Model, synthetic.Name);
    }

    private void Measure(ParseResult parsed, BenchTarget target, List<BenchTest> tests, CancellationToken cancellation)
    {
        BenchWriter? writer = null;
        foreach (int threads in Threads(parsed))
        {
            using var run = new BenchRun(target, _load.Options(parsed) with { Threads = threads }, ContextFor(tests), cancellation);
            if (parsed.GetValue(_verbose)) run.Tell(Terminal.Error);
            if (writer is null)
            {
                writer = BenchWriter.Create(parsed.GetValue(_form)!, run.Subject, Terminal);
                writer.Begin();
            }
            foreach (var test in tests) writer.Add(run.Runner.Run(test, run.Threads, parsed.GetValue(_repetitions)));
        }
        writer!.End();
    }

    private async Task CompareAsync(
        ParseResult parsed, BenchTarget target, string[] paths, List<BenchTest> tests, CancellationToken cancellation)
    {
        string[] extra = parsed.GetValue(_peerArguments) ?? [];
        if (extra.Length > paths.Length) throw new UsageException("--peer-args: there are more of them than of --against");
        if (Threads(parsed) is not [var threads]) throw new UsageException("-t: one number of threads with --against");
        var peers = new List<Peer>();
        foreach ((int i, string path) in paths.Index())
            peers.Add(await Peer.FindAsync(path, i < extra.Length ? extra[i] : "", cancellation));
        string file = target.RequirePath();
        using var run = new BenchRun(target, _load.Options(parsed) with { Threads = threads }, ContextFor(tests), cancellation);
        if (parsed.GetValue(_verbose)) run.Tell(Terminal.Error);
        var pairs = new PairedRuns(run, peers, new PeerRequest(file, tests, run.Threads, run.Subject.KeyType, run.Subject.ValueType));
        for (int round = 0; round < parsed.GetValue(_repetitions); round++) await pairs.RunRoundAsync(cancellation);
        new ComparisonWriter(Terminal, parsed.GetValue(_form)!).Write(run.Subject, run.Threads, pairs.ReadLimit, [.. pairs.Comparisons]);
    }

    private int RunSoak(ParseResult parsed, BenchTarget target, TimeSpan time, CancellationToken cancellation)
    {
        const int Context = 512;
        using var run = new BenchRun(target, _load.Options(parsed) with { Threads = Threads(parsed)[0] }, Context, cancellation);
        if (parsed.GetValue(_verbose)) run.Tell(Terminal.Error);
        Soak soak = run.Soak(time);
        soak.Write(Terminal.Output);
        return soak.IsFlat ? ExitCode.Success : ExitCode.Failure;
    }

    private int[] Threads(ParseResult parsed) => parsed.Has(_threads) ? parsed.GetValue(_threads)! : [0];

    private static int ContextFor(IEnumerable<BenchTest> tests) => tests.Max(test => test.Depth + test.Tokens);
}
