using Engine.Kernels;

namespace Engine.Cli.Benchmark.Against;

/// <summary>Rounds of measurements in turns: each peer, then we, so that what the machine does in between meets all of them.</summary>
/// <param name="run">Our side.</param>
/// <param name="peers">The others.</param>
/// <param name="request">What they measure.</param>
internal sealed class PairedRuns(BenchRun run, IReadOnlyList<Peer> peers, PeerRequest request)
{
    private readonly Dictionary<BenchTest, List<double>> _ours = request.Tests.ToDictionary(test => test, _ => new List<double>());
    private readonly Dictionary<(Peer, BenchTest), List<double>> _theirs = [];

    /// <summary>The best read bandwidth that any round found, in bytes per second.</summary>
    public double ReadLimit { get; private set; }

    /// <summary>One comparison per test and peer.</summary>
    public IEnumerable<Comparison> Comparisons =>
        from test in request.Tests
        from peer in peers
        select new Comparison(test, peer.Name, _ours[test], _theirs.GetValueOrDefault((peer, test), []), run.BytesPerToken, ReadLimit);

    /// <summary>Runs every test once on each side, after a warm-up.</summary>
    public async Task RunRoundAsync(CancellationToken cancellation)
    {
        foreach (Peer peer in peers)
        {
            foreach ((BenchTest test, double speed) in await peer.RunAsync(request, cancellation))
            {
                if (!_theirs.TryGetValue((peer, test), out List<double>? speeds)) _theirs[(peer, test)] = speeds = [];
                speeds.Add(speed);
            }
        }
        foreach (BenchTest test in request.Tests) _ours[test].Add(run.Runner.Run(test, request.Threads, repetitions: 1).Speeds[0]);
        using var pool = new WorkerPool(request.Threads);
        ReadLimit = Math.Max(ReadLimit, MachineLimits.ReadBandwidth(pool));
    }
}
