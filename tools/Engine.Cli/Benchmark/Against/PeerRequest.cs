namespace Engine.Cli.Benchmark.Against;

/// <summary>What another program is to measure.</summary>
/// <param name="File">The model's file.</param>
/// <param name="Tests">The tests.</param>
/// <param name="Threads">Threads.</param>
/// <param name="KeyType">Type of the cached keys under llama.cpp's name.</param>
/// <param name="ValueType">Type of the cached values under llama.cpp's name.</param>
internal sealed record PeerRequest(string File, IReadOnlyList<BenchTest> Tests, int Threads, string KeyType, string ValueType);
