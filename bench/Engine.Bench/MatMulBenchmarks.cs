using BenchmarkDotNet.Attributes;
using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>
/// Products of every type, one thread: 512 tokens of a shape that fits the caches, and one token with more weights than they hold.
/// </summary>
public class MatMulBenchmarks : IDisposable
{
    private const int Columns = 1536, PromptRows = 576, TokenRows = 65536;
    private Problem? _problem;

    /// <summary>Types of weights.</summary>
    public static IEnumerable<QuantType> Types => WeightTypes.All;

    /// <summary>Type of the weights.</summary>
    [ParamsSource(nameof(Types))]
    public QuantType Type { get; set; }

    /// <summary>Tokens of the input.</summary>
    [Params(1, 512)]
    public int Tokens { get; set; }

    /// <summary>Numbers computed in.</summary>
    [Params(Arithmetic.Fast, Arithmetic.Exact)]
    public Arithmetic Arithmetic { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup() => _problem = new Problem(Type, Rows(Tokens), Columns, Tokens, threads: 1, Arithmetic);

    /// <summary>The product.</summary>
    [Benchmark]
    public void Multiply() => _problem!.Multiply();

    /// <summary>Frees them.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _problem?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What a case does; bytes are the file's.</summary>
    /// <param name="parameter">Value of a parameter by name.</param>
    internal static Work WorkOf(Func<string, object> parameter)
    {
        int tokens = (int)parameter(nameof(Tokens));
        double macs = (double)Rows(tokens) * Columns * tokens;
        double bytes = Rows(tokens) * QuantTypes.Get((QuantType)parameter(nameof(Type))).RowBytes(Columns);
        return new Work(macs, bytes, Threads: 1);
    }

    private static int Rows(int tokens) => tokens == 1 ? TokenRows : PromptRows;
}
