using System.Diagnostics;
using System.Reflection;
using Engine.Cli.Inspection;
using Engine.Cli.Output;
using Engine.Formats;
using Engine.Kernels;

namespace Engine.Cli.Benchmark;

/// <summary>A loaded model with a session to measure it in.</summary>
internal sealed class BenchRun : IDisposable
{
    private readonly Model _model;
    private readonly Session _session;
    private readonly CancellationToken _cancellation;
    private readonly TimeSpan _load;

    /// <summary>Loads the model.</summary>
    /// <param name="target">What to load.</param>
    /// <param name="options">How.</param>
    /// <param name="context">Tokens of the longest test.</param>
    /// <param name="cancellation">Ends the measurement.</param>
    public BenchRun(BenchTarget target, ModelOptions options, int context, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        long start = Stopwatch.GetTimestamp();
        IModelSource file = target.Open(options);
        Subject = Describe(file, target.Name, options);
        BytesPerToken = DecodeBytes.Of(file);
        _model = Model.Load(file, options);
        _load = Stopwatch.GetElapsedTime(start);
        _session = _model.CreateSession(new SessionOptions { ContextLength = context });
        Runner = new BenchRunner(_session, _model.Config.VocabularySize, cancellation);
    }

    /// <summary>What the rows have in common.</summary>
    public BenchSubject Subject { get; }

    /// <summary>Runs tests.</summary>
    public BenchRunner Runner { get; }

    /// <summary>Threads that the model uses.</summary>
    public int Threads => _model.Options.Threads;

    /// <summary>Bytes of weights, as stored, that a generated token needs.</summary>
    public long BytesPerToken { get; }

    /// <summary>Tells what a measurement depends on.</summary>
    public void Tell(TextWriter output)
    {
        using var pool = new WorkerPool(Threads);
        Fields.Write(output,
        [
            ("processor", $"{Cpu.Name} ({string.Join(' ', Cpu.InstructionSets)})"),
            ("kernels", Processor.Default.ToString()),
            ("threads", $"{Threads}"),
            ("load", LoadText.Of(_load, _model)),
            ("weights", $"{Units.Bytes(_model.WeightBytes)} in memory, {Units.Bytes(Subject.Bytes)} in the file, "
                + $"{Units.Bytes(BytesPerToken)} read per token"),
            ("memory", $"{Units.Bytes(Memory.Resident)} now, {Units.Bytes(Memory.Peak)} at most"),
            ("read limit", $"{Units.Fixed(MachineLimits.ReadBandwidth(pool) / 1e9, 1)} GB/s"),
        ]);
    }

    /// <summary>Decodes for a time.</summary>
    public Soak Soak(TimeSpan time) => Benchmark.Soak.Run(_session, _model.Config.VocabularySize, time, _cancellation);

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    private static BenchSubject Describe(IModelSource file, string name, ModelOptions options)
    {
        var summary = new ModelSummary(file);
        var version = typeof(BenchRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        return new BenchSubject(name, summary.Description, summary.TensorBytes, summary.Parameters,
            options.Exact ? "CPU exact" : "CPU", Name(options.CacheFor(null).KeyType), Name(options.CacheFor(null).ValueType), Cpu.Name,
            version?.InformationalVersion ?? "");

        static string Name(QuantType? type) => $"{type}".ToLowerInvariant();
    }
}
