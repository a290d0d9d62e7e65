using BenchmarkDotNet.Attributes;
using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>Products of the default model's feed-forward shape, one thread.</summary>
public class MatMulBenchmarks : IDisposable
{
    private Problem? _problem;

    [Params(QuantType.Q4_1, QuantType.Q4_K, QuantType.Q6_K, QuantType.Q8_0, QuantType.F16)]
    public QuantType Type { get; set; }

    [Params(1, 512)]
    public int Tokens { get; set; }

    [Params(Arithmetic.Fast, Arithmetic.Exact)]
    public Arithmetic Arithmetic { get; set; }

    [GlobalSetup]
    public void Setup() => _problem = new Problem(Type, rows: 576, columns: 1536, Tokens, threads: 1, Arithmetic);

    [Benchmark]
    public void Multiply() => _problem!.Multiply();

    [GlobalCleanup]
    public void Dispose()
    {
        _problem?.Dispose();
        GC.SuppressFinalize(this);
    }
}
