using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Evaluation;
using Engine.Cli.Output;
using Engine.Formats;
using Engine.Quantization.Imatrix;
using Engine.Quantization.Ptq;

namespace Engine.Cli.Commands;

/// <summary><c>engine quant-error</c>: what quantizing costs, tensor by tensor, by the textbook's quantizers or another file's types.</summary>
internal sealed class QuantErrorCommand : EngineCommand
{
    private readonly Argument<string?> _model = LoadOptionGroup.ModelArgument();
    private readonly Option<int[]?> _bits = OptionFactory.Integers("--bits", "Bits of a code, 2 to 8", 2, [8, 4]);
    private readonly Option<string> _scheme = Choice("--scheme", "symmetric, asymmetric or log", "symmetric", "asymmetric", "log");
    private readonly Option<string> _granularity = Choice(
        "--granularity", "What shares a range: tensor, channel (a row) or group", "channel", "tensor", "group");
    private readonly Option<int> _group = OptionFactory.Integer("--group-size", [], "Values of a group", 1, int.MaxValue, 128);
    private readonly Option<string> _calibration = Choice(
        "--calibration", "How far a range goes: minmax, percentile, mse or entropy", "minmax", "percentile", "mse", "entropy");
    private readonly Option<float> _percentile = OptionFactory.Real("--percentile", [], "Percent of the values within", 50.001f, 100f, 99.99f);
    private readonly Option<string?> _imatrix = OptionFactory.Text("--imatrix", [], "FILE", "Calibrate by an importance matrix");
    private readonly Option<string?> _against = OptionFactory.Text("--against", [], "FILE",
        "Compare with the tensors of this GGUF file and quantize nothing");
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print a JSON array, one object per tensor and number of bits");

    public QuantErrorCommand(Surroundings surroundings)
        : base(surroundings, "quant-error",
            "Measure per tensor what quantizing costs: mean squared error, signal-to-noise ratio, largest error, cosine.",
            "engine quant-error model.gguf --bits 8,4,3 --granularity group --group-size 64 --calibration mse",
            "engine quant-error model-f16.gguf --against model-q4_k_m.gguf --json")
    {
        Add(_model);
        Option[] options =
            [_bits, _scheme, _granularity, _group, _calibration, _percentile, _imatrix, _against, _json];
        foreach (var option in options) Add(option);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        using var file = ModelSources.Open(ModelFiles.Resolve(parsed.GetValue(_model)));
        var tensors = file.Tensors.Where(tensor => tensor.Shape.Count > 1 && tensor.Type.CanDecode).ToList();
        if (tensors.Count == 0) throw new CommandException($"{file.Path}: has no matrices");
        var rows = parsed.GetValue(_against) is { } against ? Compare(tensors, against, cancellation) : Measure(parsed, tensors, cancellation);
        QuantErrorReport.Write(Terminal, rows, parsed.GetValue(_json));
        return Task.FromResult(ExitCode.Success);
    }

    private List<TensorError> Compare(List<ITensor> tensors, string against, CancellationToken cancellation)
    {
        ModelFiles.Check(against, "a GGUF file");
        using var other = ModelSources.Open(against);
        return Run(tensors, tensor =>
        {
            ITensor found = other.GetTensor(tensor.Name);
            return [new TensorError(tensor.Name, found.Type.Name, TensorErrors.Compare(tensor, found))];
        }, cancellation);
    }

    private List<TensorError> Measure(ParseResult parsed, List<ITensor> tensors, CancellationToken cancellation)
    {
        var options = parsed.GetValue(_bits)!.Select(bits => OptionsFor(parsed, bits)).ToList();
        var matrix = parsed.GetValue(_imatrix) is { } path ? ImportanceMatrix.Load(path) : null;
        return Run(tensors, tensor =>
        {
            int matrices = tensor.Shape.Count > 2 ? (int)tensor.Shape[2] : 1;
            float[]? importance = matrix?.WeightsOf(tensor.Name, (int)tensor.Shape[0], matrices);
            return options.Select(one => new TensorError(tensor.Name, $"{one.Bits} bits", TensorErrors.Measure(tensor, one, importance)));
        }, cancellation);
    }

    private List<TensorError> Run(List<ITensor> tensors, Func<ITensor, IEnumerable<TensorError>> measure, CancellationToken cancellation)
    {
        var rows = new List<TensorError>();
        Progress.Run(Terminal, "tensors", tensors.Count, report =>
        {
            for (int i = 0; i < tensors.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                rows.AddRange(measure(tensors[i]));
                report(i + 1, tensors[i].Name);
            }
        });
        return rows;
    }

    private PtqOptions OptionsFor(ParseResult parsed, int bits)
    {
        var options = new PtqOptions
        {
            Bits = bits,
            Scheme = parsed.GetValue(_scheme) switch
            {
                "log" => QuantScheme.Logarithmic,
                "asymmetric" => QuantScheme.Asymmetric,
                _ => QuantScheme.Symmetric,
            },
            Granularity = Enum.Parse<Granularity>(parsed.GetValue(_granularity)!, ignoreCase: true),
            GroupSize = parsed.GetValue(_group),
            Calibration = Enum.Parse<RangeCalibration>(parsed.GetValue(_calibration)!, ignoreCase: true),
            Percentile = parsed.GetValue(_percentile),
        };
        try
        {
            options.Check();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new UsageException(Failure.Reason(e));
        }
    }

    /// <summary>One of several words, of which the first is meant where none is given.</summary>
    private static Option<string> Choice(string name, string description, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "NAME", DefaultValueFactory = _ => words[0] };
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
