using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Evaluation;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Kernels;
using Engine.Quantization.Budget;
using Engine.Quantization.Conversion;

namespace Engine.Cli.Quantization;

/// <summary>The options of <c>engine quantize</c> that ask for a size in place of a file type, and what they make of a run.</summary>
internal sealed class TargetOptionGroup
{
    private const long MostPredictionBytes = 512L << 20;

    private readonly Option<float> _bits = OptionFactory.Real("--target-bpw", [],
        "Plan a type for each tensor: at most so many bits per weight on average, the least measured divergence", 0.5f, 32);
    private readonly Option<long> _size = ByteSizeOption.Make("--target-size", "The same for a file of at most so many bytes", 1, 0);
    private readonly Option<string[]> _types = new("--target-types")
    {
        Description = "The types to choose from, separated by commas (default: K-quants, IQ types, and blocks of 32 where rows need them)",
        HelpName = "TYPE,...",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _text = OptionFactory.Text("-f", ["--file"], "FILE",
        "Text on which the tensors' effects are measured for a target (default: one that the model writes)");
    private readonly Option<int> _windows = OptionFactory.Integer("--chunks", [],
        $"Windows of {CalibrationText.Window} tokens to measure on (default: {CalibrationText.Windows})", 1, 1 << 16);
    private readonly Option<string?> _saved = OptionFactory.Text("--sensitivity", [], "FILE",
        "Take the effects from this file of --sensitivity-out instead of measuring");
    private readonly Option<string?> _save = OptionFactory.Text("--sensitivity-out", [], "FILE",
        "Keep the measured effects: plans for other targets then take no time");

    private IEnumerable<Option> Details => [_types, _text, _windows, _saved, _save];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_bits, _size, .. Details]) command.Add(option);
    }

    /// <summary>The target; null where there is none.</summary>
    /// <exception cref="UsageException">The options contradict each other.</exception>
    public SizeTarget? Read(ParseResult parsed)
    {
        if (parsed.Has(_bits) && parsed.Has(_size)) throw new UsageException("--target-bpw and --target-size exclude each other");
        if (parsed.Has(_saved) && (parsed.Has(_text) || parsed.Has(_save)))
            throw new UsageException("--sensitivity replaces measuring: it excludes -f and --sensitivity-out");
        if (parsed.Has(_bits)) return SizeTarget.OfBits(parsed.GetValue(_bits));
        if (parsed.Has(_size)) return SizeTarget.OfBytes(parsed.GetValue(_size));
        Option? alone = Details.FirstOrDefault(parsed.Has);
        return alone is null ? null : throw new UsageException($"{alone.Name} needs --target-bpw or --target-size");
    }

    /// <summary>Files that may not be overwritten by the output, and the other way round.</summary>
    public IEnumerable<string> Inputs(ParseResult parsed) =>
        new[] { parsed.GetValue(_text), parsed.GetValue(_saved) }.OfType<string>();

    /// <summary>Measures, or reads what was measured, and plans.</summary>
    /// <exception cref="UsageException">A type is not known.</exception>
    public (QuantizeOptions Options, BudgetPlan Plan) Plan(
        ParseResult parsed, Terminal terminal, GgufFile file, QuantizeOptions options, SizeTarget target, string output, bool force,
        CancellationToken cancellation)
    {
        QuantType[] types = [.. (parsed.GetValue(_types) ?? []).SelectMany(list => list.Split(',', StringSplitOptions.RemoveEmptyEntries))
            .Select(name => TypeNames.Tensor("--target-types", name.Trim())!.Value)];
        string? save = parsed.GetValue(_save), saved = parsed.GetValue(_saved);
        if (save is not null) OutputFiles.Check(save, force, [.. file.Parts, output, .. Inputs(parsed)]);
        var planner = new TargetPlanner(file, options);
        IReadOnlyList<TensorSensitivity> sensitivities;
        if (saved is not null)
        {
            ModelFiles.Check(saved, "sensitivities");
            sensitivities = SensitivityFile.Load(saved, planner.Tensors);
            if (types.Length > 0) sensitivities = [.. sensitivities.Select(one => one.Only(types))];
        }
        else
        {
            var how = new SensitivityOptions
            {
                Bits = planner.Bits(target),
                Types = types,
                Importance = options.Importance,
                Threads = options.Threads,
            };
            sensitivities = Measure(parsed, terminal, file, planner, how, options.MemoryLimit, cancellation);
            if (save is not null) SensitivityFile.Save(save, sensitivities);
        }
        return planner.Plan(target, sensitivities, output);
    }

    private IReadOnlyList<TensorSensitivity> Measure(
        ParseResult parsed, Terminal terminal, GgufFile file, TargetPlanner planner, SensitivityOptions how, long memory,
        CancellationToken cancellation)
    {
        string? text = parsed.GetValue(_text) is { } path ? TextFiles.Read(path) : null;
        // The cache rounds nothing, and float weights are multiplied by floats: what is left is the substitute's effect. A model that is
        // larger than the memory stays in its file.
        bool isMapped = file.FileBytes > memory;
        using var model = Model.Load(file.Path, new ModelOptions
        {
            Threads = how.Threads,
            Exact = planner.Tensors.Any(tensor => QuantTypes.Get(tensor.Type).IsQuantized),
            Cache = new KvCacheOptions().Or(QuantType.F32),
            BatchSize = CalibrationText.Window,
            Mapped = isMapped,
            Repack = !isMapped,
        });
        long each = KeptPredictions.BytesPerWindow(CalibrationText.Window - 1, model.Config.VocabularySize);
        int windows = (int)Math.Clamp(MostPredictionBytes / each, 1, parsed.Optional(_windows) ?? CalibrationText.Windows);
        TokenWindows? cut = null;
        if (text is not null) cut = Spread(model, text, windows, parsed.GetValue(_text)!);
        else
            Progress.Run(terminal, "text", windows * CalibrationText.Window,
                report => cut = CalibrationText.Written(model, windows, done => report(done, "written by the model"), cancellation));
        IReadOnlyList<TensorSensitivity> found = [];
        Progress.Run(terminal, "measure", planner.Tensors.Count, report => found = SensitivityMeter.Measure(
            model, file, planner.Tensors, cut!, how, (done, tensor) => report(done, tensor), cancellation));
        return found;
    }

    private static TokenWindows Spread(Model model, string text, int windows, string path)
    {
        try
        {
            return CalibrationText.Spread(model, text, windows);
        }
        catch (ArgumentException e)
        {
            throw new CommandException($"{path}: {Failure.Reason(e)}", e);
        }
    }
}
