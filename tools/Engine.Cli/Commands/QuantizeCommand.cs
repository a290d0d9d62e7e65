using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Cli.Quantization;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Budget;
using Engine.Quantization.Conversion;
using Engine.Quantization.Imatrix;
using Engine.Quantization.Mixes;

namespace Engine.Cli.Commands;

/// <summary><c>engine quantize</c>: makes a model smaller.</summary>
internal sealed class QuantizeCommand : EngineCommand
{
    private const int Steps = 1000;

    private readonly Argument<string> _input = new("IN") { Description = "The model: a GGUF file, any part of a split one, or a checkpoint's folder" };
    private readonly Argument<string> _output = new("OUT") { Description = "The file to write" };
    private readonly Argument<string?> _type = new("TYPE")
    {
        Description = "The file type, as llama-quantize names it: Q4_K_M, Q8_0, ...; not with a target",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly TargetOptionGroup _target = new();
    private readonly Option<string?> _typeFile = OptionFactory.Text("--tensor-type-file", [], "FILE",
        "REGEX=TYPE lines, as --plan-out writes them and llama-quantize takes them; --tensor-type goes before");
    private readonly Option<string?> _planOut =
        OptionFactory.Text("--plan-out", [], "FILE", "Write the tensors' types for --tensor-type-file");
    private readonly Option<int> _threads = OptionFactory.Integer("-t", ["--threads"], "Threads (default: one per processor)", 1, 1024);
    private readonly Option<string?> _imatrix = OptionFactory.Text("--imatrix", [], "FILE",
        "Importance matrix, as engine imatrix or llama-imatrix writes it: errors count by it");
    private readonly Option<bool> _pure = OptionFactory.Flag("--pure", "Every tensor takes the base type, without a mix");
    private readonly Option<string?> _outputType = OptionFactory.Text("--output-tensor-type", [], "TYPE", "Type of the output matrix");
    private readonly Option<string?> _embeddingType = OptionFactory.Text("--token-embedding-type", [], "TYPE", "Type of the embedding");
    private readonly Option<bool> _leaveOutput = OptionFactory.Flag("--leave-output-tensor", "Keep output.weight as it is");
    private readonly Option<bool> _requantize =
        OptionFactory.Flag("--allow-requantize", "Quantize weights that are quantized already, which loses more quality");
    private readonly Option<bool> _dryRun = OptionFactory.Flag("--dry-run", "Print types and sizes, write nothing");
    private readonly Option<bool> _strict = OptionFactory.Flag("--strict", "Refuse where a tensor cannot take the type asked for");
    private readonly Option<bool> _reference = OptionFactory.Flag("--reference", "Round as ggml's reference does, without search");
    private readonly Option<bool> _keepNonFinite =
        OptionFactory.Flag("--keep-nonfinite", "Keep tensors with infinite weights or NaNs in half precision instead of failing");
    private readonly Option<bool> _keepSplit = OptionFactory.Flag("--keep-split", "Write as many parts as the input has");
    private readonly Option<long> _splitSize =
        ByteSizeOption.Make("--split-max-size", "Write parts of at most so many bytes of tensors", 1, 0);
    private readonly Option<long> _memory = ByteSizeOption.Make(
        "--memory-limit", "The most memory to use (default: 1 GB)", QuantizeOptions.LeastMemory, 1_000_000_000);
    private readonly Option<bool> _force = OutputFiles.ForceOption();
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print the report as JSON");
    private readonly Option<string[]> _tensorTypes =
        Repeated("--tensor-type", "REGEX=TYPE", "Type of the tensors whose name a regular expression finds; may be repeated");
    private readonly Option<string[]> _overrides =
        Repeated("--override-kv", "KEY=TYPE:VALUE", "Set a metadata value in the output; TYPE is int, float, bool or str; may be repeated");

    public QuantizeCommand(Surroundings surroundings)
        : base(surroundings, "quantize", "Make a model smaller: a GGUF file or a checkpoint's folder to GGUF, with llama-quantize's types and mixes.",
            "engine quantize model-f16.gguf model-q4.gguf Q4_K_M",
            "engine quantize folder model-bf16.gguf BF16",
            "engine quantize model-f16.gguf model-q4.gguf Q4_K_M --imatrix model.imatrix.gguf",
            "engine quantize model-f16.gguf model.gguf Q4_K_M --tensor-type attn_v=q8_0 --strict --dry-run",
            "engine quantize model-f16.gguf model.gguf --target-bpw 4.5 --imatrix model.imatrix.gguf -f calibration.txt",
            "engine quantize model-f16.gguf model.gguf --target-size 4GB --sensitivity-out effects.json")
    {
        foreach (Argument argument in (Argument[])[_input, _output, _type]) Add(argument);
        Option[] options =
        [
            _threads, _imatrix, _pure, _tensorTypes, _typeFile, _planOut, _outputType, _embeddingType, _leaveOutput, _requantize, _dryRun, _overrides,
            _strict, _reference, _keepNonFinite, _keepSplit, _splitSize, _memory, _force, _json,
        ];
        foreach (Option option in options) Add(option);
        _target.AddTo(this);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        SizeTarget? target = _target.Read(parsed);
        QuantizeOptions options = Read(parsed, target);
        string input = ModelFiles.Resolve(parsed.GetValue(_input)), output = parsed.GetValue(_output)!;
        bool isDry = parsed.GetValue(_dryRun), force = parsed.GetValue(_force);
        string? planOut = parsed.GetValue(_planOut);
        using IModelSource file = ModelSources.Open(input);
        if (!isDry) OutputFiles.Check(output, force, [.. file.Parts, .. _target.Inputs(parsed)]);
        if (planOut is not null) OutputFiles.Check(planOut, force, [.. file.Parts, output, .. _target.Inputs(parsed)]);
        BudgetPlan? plan = null;
        if (target is not null) (options, plan) = _target.Plan(parsed, Terminal, AsFile(file), options, target, output, force, cancellation);
        var quantizer = new Quantizer(file, options);
        if (planOut is not null) WritePlan(planOut, quantizer);
        var report = new QuantizeReport(quantizer, options.FileType.Name, isDry, plan);
        bool json = parsed.GetValue(_json);
        if (!json)
        {
            report.WriteTensors(Terminal);
            Terminal.Output.WriteLine();
            Terminal.Output.Flush();
        }
        var clock = Stopwatch.StartNew();
        IReadOnlyList<string> written = isDry ? [] : Write(quantizer, output, force, cancellation);
        if (json) report.WriteJson(Terminal, clock.Elapsed, written);
        else report.WriteSummary(Terminal, clock.Elapsed, written);
        return Task.FromResult(ExitCode.Success);
    }

    private static Option<string[]> Repeated(string name, string valueName, string description) => new(name)
    {
        Description = description,
        HelpName = valueName,
        Arity = ArgumentArity.ZeroOrMore,
    };

    private QuantizeOptions Read(ParseResult parsed, SizeTarget? target) => new()
    {
        FileType = FileTypeOf(parsed.GetValue(_type), target),
        Mix = new MixOptions
        {
            Pure = parsed.GetValue(_pure),
            LeaveOutput = parsed.GetValue(_leaveOutput),
            OutputType = TypeNames.Tensor("--output-tensor-type", parsed.GetValue(_outputType)),
            EmbeddingType = TypeNames.Tensor("--token-embedding-type", parsed.GetValue(_embeddingType)),
            Overrides =
            [
                .. TypeNames.Overrides("--tensor-type", parsed.GetValue(_tensorTypes) ?? []),
                .. TypeNames.OverridesOf("--tensor-type-file", parsed.GetValue(_typeFile)),
            ],
        },
        Importance = parsed.GetValue(_imatrix) is { } path ? Importance(path) : null,
        AllowRequantize = parsed.GetValue(_requantize),
        Strict = parsed.GetValue(_strict),
        Reference = parsed.GetValue(_reference),
        KeepNonFinite = parsed.GetValue(_keepNonFinite),
        Threads = parsed.Optional(_threads) ?? 0,
        MemoryLimit = parsed.GetValue(_memory),
        Overrides = Metadata(parsed.GetValue(_overrides) ?? []),
        KeepSplit = parsed.GetValue(_keepSplit),
        SplitSize = parsed.GetValue(_splitSize),
    };

    private static FileType FileTypeOf(string? type, SizeTarget? target)
    {
        if (type is null && target is null) throw new UsageException("TYPE is missing; or give --target-bpw or --target-size");
        if (type is not null && target is not null) throw new UsageException("TYPE and a target exclude each other");
        // A target plans the types itself.
        return TypeNames.File(type ?? "Q8_0");
    }

    private static GgufFile AsFile(IModelSource source) => source as GgufFile
        ?? throw new CommandException($"{source.Path}: a target needs a GGUF file; make one of the folder first, as BF16 or F16");

    private static void WritePlan(string path, Quantizer quantizer)
    {
        byte[] lines = Encoding.UTF8.GetBytes(BudgetPlan.Lines(quantizer.Plans
            .Where(plan => plan.Reason != TypeReason.Kept).Select(plan => (plan.Tensor.Name, plan.Type))));
        AtomicFile.Write(path, stream => stream.Write(lines));
    }

    private static ImatrixImportance Importance(string path)
    {
        ModelFiles.Check(path, "an importance matrix");
        return new ImatrixImportance(ImportanceMatrix.Load(path));
    }

    // llama.cpp writes integers as UInt32, the type that its keys have.
    private static Dictionary<string, GgufValue> Metadata(IEnumerable<string> texts) => MetadataOverrideParser.Parse(texts).ToDictionary(
        entry => entry.Key,
        entry => entry.Value.Type == GgufValueType.Int64 && entry.Value.TryGetInteger(out uint small) ? GgufValue.Of(small) : entry.Value);

    private IReadOnlyList<string> Write(Quantizer quantizer, string output, bool force, CancellationToken cancellation)
    {
        foreach (string path in quantizer.PathsFor(output)) OutputFiles.Check(path, force);
        IReadOnlyList<string> written = [];
        double all = Math.Max(1, quantizer.EncodedWeights);
        Progress.Run(Terminal, "quantize", Steps, report => written = quantizer.Write(
            output, so => report((int)(so.Weights / all * Steps), so.Tensor), cancellation));
        return written;
    }
}
