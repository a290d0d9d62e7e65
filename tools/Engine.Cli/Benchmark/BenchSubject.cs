namespace Engine.Cli.Benchmark;

/// <summary>What the rows of a benchmark have in common.</summary>
/// <param name="File">The model's file.</param>
/// <param name="Model">Family, size and type.</param>
/// <param name="Bytes">Bytes of its tensors.</param>
/// <param name="Parameters">Elements of its tensors.</param>
/// <param name="Backend">Device and arithmetic.</param>
/// <param name="KeyType">Type of the cached keys.</param>
/// <param name="ValueType">Type of the cached values.</param>
/// <param name="Processor">The processor's name.</param>
/// <param name="Build">Version of this program.</param>
internal sealed record BenchSubject(
    string File, string Model, long Bytes, long Parameters, string Backend, string KeyType, string ValueType, string Processor, string Build);
