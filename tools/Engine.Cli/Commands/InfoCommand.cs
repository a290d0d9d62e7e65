using System.CommandLine;
using System.Runtime.InteropServices;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Kernels;

namespace Engine.Cli.Commands;

/// <summary><c>engine info</c>: the processor, its instruction sets and which of them the kernels use, threads, memory.</summary>
internal sealed class InfoCommand : EngineCommand
{
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print JSON");

    public InfoCommand(Surroundings surroundings)
        : base(surroundings, "info", "Show the processor, the instruction sets seen and chosen, threads and memory.",
            "engine info", "engine info --json")
    {
        Add(_json);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_json)) WriteJson();
        else WriteText();
        return Task.FromResult(ExitCode.Success);
    }

    private void WriteText()
    {
        var rows = new List<(string, string)>
        {
            ("engine", Version),
            ("processor", Cpu.Name),
            ("instruction sets", string.Join(' ', Cpu.InstructionSets)),
            ("kernels use", Kernels),
            ("threads", $"{Environment.ProcessorCount}"),
            ("memory", Units.Bytes(Memory.Available)),
            ("system", $"{RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture})"),
            ("runtime", RuntimeInformation.FrameworkDescription),
            ("default model", ModelFiles.DefaultPath),
        };
        Fields.Write(Terminal.Output, rows);
    }

    private void WriteJson() => Json.WriteLine(Terminal.Output, json =>
    {
        json.WriteStartObject();
        json.WriteString("engine", Version);
        json.WriteString("processor", Cpu.Name);
        json.WriteStartArray("instruction_sets");
        foreach (string set in Cpu.InstructionSets) json.WriteStringValue(set);
        json.WriteEndArray();
        json.WriteString("kernels", Kernels);
        json.WriteNumber("threads", Environment.ProcessorCount);
        json.WriteNumber("memory_bytes", Memory.Available);
        json.WriteString("system", RuntimeInformation.OSDescription);
        json.WriteString("architecture", RuntimeInformation.ProcessArchitecture.ToString());
        json.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        json.WriteString("default_model", ModelFiles.DefaultPath);
        json.WriteEndObject();
    });

    private static string Version => typeof(InfoCommand).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    private static string Kernels => Processor.Default.ToString().ToUpperInvariant();
}
