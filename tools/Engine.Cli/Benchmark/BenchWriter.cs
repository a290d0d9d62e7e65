using Engine.Cli.Output;

namespace Engine.Cli.Benchmark;

/// <summary>Writes benchmark rows in one of llama-bench's forms.</summary>
internal abstract class BenchWriter(BenchSubject subject, Terminal terminal)
{
    protected BenchSubject Subject { get; } = subject;

    protected TextWriter Output => terminal.Output;

    /// <summary>The writer for md, csv or json.</summary>
    public static BenchWriter Create(string form, BenchSubject subject, Terminal terminal) => form switch
    {
        "csv" => new CsvBenchWriter(subject, terminal),
        "json" => new JsonBenchWriter(subject, terminal),
        _ => new MarkdownBenchWriter(subject, terminal),
    };

    /// <summary>Before the first row.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>One row, as soon as it is known.</summary>
    public abstract void Add(BenchResult result);

    /// <summary>After the last row.</summary>
    public virtual void End()
    {
    }
}
