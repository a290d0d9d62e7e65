using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Cli.Planning;
using Engine.Quantization.Mixes;

namespace Engine.Cli.Commands;

/// <summary><c>engine plan</c>: what a model needs in each type, how fast it would be, and which type to take.</summary>
internal sealed class PlanCommand : EngineCommand
{
    private readonly Argument<string?> _model = LoadOptionGroup.ModelArgument();
    private readonly Option<long> _memory = new("--memory")
    {
        Description = "Memory to stay within, as in 8GB or 512MB (default: the machine's)",
        HelpName = "SIZE",
        CustomParser = ParseSize,
    };
    private readonly Option<int> _context =
        OptionFactory.Integer("--context", ["-c", "--ctx-size"], "Context in tokens (default: the trained one, at most 4096)", 1, Array.MaxLength);
    private readonly Option<int> _threads = OptionFactory.Integer("-t", ["--threads"], "Threads (default: one per processor)", 1, 1024);
    private readonly Option<string> _use = new("--use")
    {
        Description = string.Join(", ", Advice.Names),
        HelpName = "PURPOSE",
        DefaultValueFactory = _ => "quality",
    };
    private readonly CacheOptionGroup _cache = new();
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print JSON");

    public PlanCommand(Surroundings surroundings)
        : base(surroundings, "plan",
            "Tell what a model needs in each type, how fast it would answer on this machine, and which type to take.",
            "engine plan model.gguf --memory 8GB --use server", "engine plan model.gguf --context 16384 --json")
    {
        _use.AcceptOnlyFromAmong(Advice.Names);
        Add(_model);
        Option[] options = [_memory, _context, _threads, _use, _json];
        foreach (var option in options) Add(option);
        _cache.AddTo(this);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var file = ModelSources.Open(ModelFiles.Resolve(parsed.GetValue(_model)));
        var plan = new ModelPlan(file, parsed.Optional(_context), _cache.Read(parsed));
        List<TypeNeed> needs = [plan.AsItIs()];
        foreach (string name in Advice.Types)
        {
            if (FileTypes.TryParse(name, out FileType? type)) needs.Add(plan.In(type));
        }
        long memory = parsed.Optional(_memory) ?? Memory.Available;
        double bandwidth = Bandwidth.Measure(parsed.Optional(_threads) ?? Environment.ProcessorCount);
        var advice = Advice.Recommend(parsed.GetValue(_use)!, needs, plan.IsQuantized, memory);
        if (parsed.GetValue(_json)) WriteJson(plan, needs, memory, bandwidth, advice);
        else WriteText(plan, needs, memory, bandwidth, advice);
        return Task.FromResult(ExitCode.Success);
    }

    private void WriteText(ModelPlan plan, List<TypeNeed> needs, long memory, double bandwidth, (TypeNeed Need, string Reason)? advice)
    {
        var table = new Table(new("type"), new("file", Right: true), new("weights", Right: true), new("total", Right: true),
            new("fits"), new("decode t/s, at most", Right: true));
        foreach (var need in needs)
        {
            table.Add(need.Type, Units.Bytes(need.FileBytes), Units.Bytes(need.WeightBytes), Units.Bytes(need.TotalBytes),
                need.TotalBytes <= memory ? "yes" : "no", Units.Fixed(need.Speed(bandwidth), 1));
        }
        table.Write(Terminal);
        Terminal.Output.WriteLine();
        Fields.Write(Terminal.Output,
        [
            ("context", $"{plan.Context} tokens: cache {Units.Bytes(plan.CacheBytes)} ({CacheTypes(plan)}) once it is full"),
            ("buffers", $"{Units.Bytes(plan.BufferBytes)}, program {Units.Bytes(plan.Program)}"),
            ("memory", $"{Units.Bytes(memory)}, read at {Units.Fixed(bandwidth / 1e9, 1)} GB/s"),
            ("take", advice is { } found ? $"{found.Need.Type}: {found.Reason}" : "nothing fits; try a shorter context or a smaller model"),
        ]);
    }

    private static string CacheTypes(ModelPlan plan) => plan.CacheTypes.KeyType == plan.CacheTypes.ValueType
        ? $"{plan.CacheTypes.KeyType}"
        : $"{plan.CacheTypes.KeyType} keys, {plan.CacheTypes.ValueType} values";

    private void WriteJson(ModelPlan plan, List<TypeNeed> needs, long memory, double bandwidth, (TypeNeed Need, string Reason)? advice) =>
        Json.WriteLine(Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("context", plan.Context);
            json.WriteNumber("cache_bytes", plan.CacheBytes);
            json.WriteNumber("buffer_bytes", plan.BufferBytes);
            json.WriteNumber("program_bytes", plan.Program);
            json.WriteNumber("memory_bytes", memory);
            json.WriteFinite("bytes_per_second", bandwidth);
            json.WriteStartArray("types");
            foreach (var need in needs)
            {
                json.WriteStartObject();
                json.WriteString("type", need.Type);
                json.WriteNumber("file_bytes", need.FileBytes);
                json.WriteNumber("weight_bytes", need.WeightBytes);
                json.WriteNumber("total_bytes", need.TotalBytes);
                json.WriteFinite("decode_ts", need.Speed(bandwidth));
                json.WriteBoolean("fits", need.TotalBytes <= memory);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteString("recommended", advice?.Need.Type);
            json.WriteString("reason", advice?.Reason);
            json.WriteEndObject();
        });

    private static long ParseSize(ArgumentResult result)
    {
        string text = result.Tokens[0].Value.Trim().ToUpperInvariant();
        (string unit, double factor)[] units = [("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("KIB", 1024), ("MIB", 1 << 20), ("GIB", 1 << 30),
            ("K", 1024), ("M", 1 << 20), ("G", 1 << 30), ("B", 1), ("", 1)];
        (string suffix, double scale) = units.First(unit => text.EndsWith(unit.unit, StringComparison.Ordinal));
        if (double.TryParse(text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && number * scale is > 0 and < long.MaxValue)
        {
            return (long)(number * scale);
        }
        result.AddError($"--memory: '{result.Tokens[0].Value}' is no size such as 8GB");
        return 0;
    }
}
