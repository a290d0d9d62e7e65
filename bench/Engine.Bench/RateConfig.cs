using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Engine.Bench;

/// <summary>
/// BenchmarkDotNet's defaults in one process, with rates beside the machine's limits, and a JSON file beside the Markdown and CSV ones.
/// </summary>
internal sealed class RateConfig : ManualConfig
{
    public RateConfig()
    {
        Add(DefaultConfig.Instance);
        // BenchmarkDotNet's process of its own ran no benchmark of this project; the cause was not found.
        AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
        AddExporter(JsonExporter.Full);
        foreach (IColumn column in RateColumn.All) AddColumn(column);
    }
}
