namespace Engine.Cli.Benchmark;

/// <summary>One thing to measure, as llama-bench defines it.</summary>
/// <param name="Prompt">Tokens evaluated in one go, 0 for a generation test.</param>
/// <param name="Generated">Tokens evaluated one by one, 0 for a prompt test.</param>
/// <param name="Depth">Tokens in the cache before either.</param>
internal sealed record BenchTest(int Prompt, int Generated, int Depth)
{
    /// <summary>Tokens that are timed.</summary>
    public int Tokens => Prompt + Generated;

    /// <summary>llama-bench's name: pp512, tg128, pp512 @ d4096.</summary>
    public string Name => (Prompt > 0 ? $"pp{Prompt}" : $"tg{Generated}") + (Depth > 0 ? $" @ d{Depth}" : "");

    /// <summary>Prompt tests before generation tests for each depth; sizes of 0 are left out.</summary>
    public static IEnumerable<BenchTest> All(IEnumerable<int> prompts, IEnumerable<int> generated, IEnumerable<int> depths) =>
        from depth in depths
        from test in prompts.Select(n => new BenchTest(n, 0, depth)).Concat(generated.Select(n => new BenchTest(0, n, depth)))
        where test.Tokens > 0
        select test;
}
