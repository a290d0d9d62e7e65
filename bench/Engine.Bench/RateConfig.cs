using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;

namespace Engine.Bench;

/// <summary>BenchmarkDotNet's defaults with rates beside the machine's limits, and JSON and Markdown files.</summary>
internal sealed class RateConfig : ManualConfig
{
    public RateConfig()
    {
        Add(DefaultConfig.Instance);
        AddExporter(JsonExporter.Full, MarkdownExporter.GitHub);
        foreach (IColumn column in RateColumn.All) AddColumn(column);
    }
}
