using System.Globalization;

namespace Engine.Cli.Benchmark.Against;

/// <summary>
/// How a llama-bench is spoken to. llama.cpp's fills the cache to a depth (-d) and warms up with the whole prompt. ik_llama.cpp's has no
/// depth for prompts, takes "-gp DEPTH,N" for tokens after a prompt, and warms up with one token: its first repetition is left out.
/// </summary>
/// <param name="Name">What tables call it.</param>
/// <param name="HasDepth">Whether -d is known.</param>
/// <param name="Repetitions">How often it runs a test; the last one counts.</param>
internal sealed record PeerDialect(string Name, bool HasDepth, int Repetitions)
{
    /// <summary>Tells the dialect from what the program prints for --help; null for a program that is no llama-bench.</summary>
    public static PeerDialect? Of(string help)
    {
        if (!help.Contains("--n-prompt", StringComparison.Ordinal)) return null;
        return help.Contains("--n-depth", StringComparison.Ordinal)
            ? new PeerDialect("llama.cpp", HasDepth: true, Repetitions: 1)
            : new PeerDialect("ik_llama.cpp", HasDepth: false, Repetitions: 2);
    }

    /// <summary>The arguments of one run.</summary>
    public IEnumerable<string> Arguments(PeerRequest request)
    {
        string[] common =
        [
            "-m", request.File, "-t", Text(request.Threads), "-r", Text(Repetitions), "-o", "json",
            "-ctk", request.KeyType, "-ctv", request.ValueType,
        ];
        return [.. common, .. HasDepth ? WithDepths(request.Tests) : WithoutDepths(request.Tests)];
    }

    private static IEnumerable<string> WithDepths(IReadOnlyList<BenchTest> tests) =>
        ["-p", Sizes(tests, test => test.Prompt), "-n", Sizes(tests, test => test.Generated), "-d", List(tests.Select(test => test.Depth))];

    private static IEnumerable<string> WithoutDepths(IReadOnlyList<BenchTest> tests)
    {
        BenchTest[] empty = [.. tests.Where(test => test.Depth == 0)];
        string[] deep = [.. tests.Where(test => test.Depth > 0 && test.Generated > 0)
            .SelectMany(test => new[] { "-gp", $"{Text(test.Depth)},{Text(test.Generated)}" })];
        return ["-p", Sizes(empty, test => test.Prompt), "-n", Sizes(empty, test => test.Generated), .. deep];
    }

    private static string Sizes(IEnumerable<BenchTest> tests, Func<BenchTest, int> size) =>
        List(tests.Select(size).Where(value => value > 0).DefaultIfEmpty(0));

    private static string List(IEnumerable<int> values) => string.Join(',', values.Distinct().Select(Text));

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
