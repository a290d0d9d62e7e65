using System.Globalization;

namespace Engine.Cli.Benchmark;

/// <summary>The fields of llama-bench's CSV and JSON rows that mean something here, in its order and under its names.</summary>
internal static class BenchFields
{
    /// <summary>Name and value of each field: a string, a long or a double.</summary>
    public static IEnumerable<(string Name, object Value)> Of(BenchSubject subject, BenchResult result) =>
    [
        ("build_commit", subject.Build),
        ("cpu_info", subject.Processor),
        ("gpu_info", ""),
        ("backends", subject.Backend),
        ("model_filename", subject.File),
        ("model_type", subject.Model),
        ("model_size", subject.Bytes),
        ("model_n_params", subject.Parameters),
        ("n_threads", (long)result.Threads),
        ("type_k", subject.KeyType),
        ("type_v", subject.ValueType),
        ("n_prompt", (long)result.Test.Prompt),
        ("n_gen", (long)result.Test.Generated),
        ("n_depth", (long)result.Test.Depth),
        ("test_time", result.Started.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)),
        ("avg_ns", (long)BenchResult.Mean(result.Nanoseconds)),
        ("stddev_ns", (long)BenchResult.Deviation(result.Nanoseconds)),
        ("avg_ts", BenchResult.Mean(result.Speeds)),
        ("stddev_ts", BenchResult.Deviation(result.Speeds)),
    ];
}
