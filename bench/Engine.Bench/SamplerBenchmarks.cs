using BenchmarkDotNet.Attributes;
using Engine.Sampling;

namespace Engine.Bench;

/// <summary>
/// Time per token from logits to the next id: <c>dotnet run -c Release --project bench/Engine.Bench -- --filter *Sampler*</c>.
/// </summary>
[MemoryDiagnoser]
public class SamplerBenchmarks
{
    private const int Rows = 8;

    private static readonly Dictionary<string, SamplingOptions> Named = new()
    {
        ["default"] = new() { Seed = 1 },
        ["greedy"] = SamplingOptions.Greedy,
        ["all penalties"] = new() { Seed = 1, RepeatPenalty = 1.1f, FrequencyPenalty = 0.1f, DryMultiplier = 0.8f },
        ["top-p alone"] = new() { Seed = 1, TopK = 0, MinP = 0 },
        ["typical alone"] = new() { Seed = 1, TopK = 0, TopP = 1, MinP = 0, TypicalP = 0.9f },
        ["mirostat"] = new() { Seed = 1, Mirostat = MirostatMode.V2 },
        ["no filter"] = new() { Seed = 1, TopK = 0, TopP = 1, MinP = 0 },
    };

    private readonly float[][] _rows = new float[Rows][];
    private SamplerChain _chain = null!;
    private int _next;

    /// <summary>Names of the chains.</summary>
    public static IEnumerable<string> Chains => Named.Keys;

    /// <summary>Tokens in the vocabulary.</summary>
    [Params(49_152, 256_000)]
    public int Vocabulary { get; set; }

    /// <summary>Which samplers are on.</summary>
    [ParamsSource(nameof(Chains))]
    public string Chain { get; set; } = "";

    /// <summary>Rows like a language model's: most logits around -5, a few dozen that stand out.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(7);
        for (int row = 0; row < Rows; row++)
        {
            _rows[row] = new float[Vocabulary];
            for (int i = 0; i < Vocabulary; i++)
            {
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                _rows[row][i] = (float)(2.5 * normal - 5);
            }
            for (int i = 0; i < 50; i++) _rows[row][random.Next(Vocabulary)] = 14 - 0.2f * i;
        }
        _chain = SamplerChain.Create(Named[Chain], Vocabulary);
    }

    /// <summary>One token.</summary>
    [Benchmark]
    public int Sample()
    {
        int id = _chain.Sample(_rows[_next++ % Rows]);
        _chain.Accept(id);
        return id;
    }
}
