using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Conversion;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Budget;

/// <summary>Fits the mix of a run to a size.</summary>
public sealed class TargetPlanner
{
    private readonly GgufFile _input;
    private readonly QuantizeOptions _options;
    private readonly Quantizer _start;
    private readonly int _alignment;

    /// <summary>Finds the tensors that have a choice, and refuses what a run would refuse.</summary>
    /// <param name="input">The model; it stays open as long as the planner is used.</param>
    /// <param name="options">The run; its file type is not used. Types that its mix sets by name hold.</param>
    /// <exception cref="QuantizeException">The options do not fit the model.</exception>
    /// <exception cref="ModelFormatException">The metadata is not a model's, or the importance matrix is another model's.</exception>
    public TargetPlanner(GgufFile input, QuantizeOptions options)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(options);
        FileType start = FileTypes.All.First(type => type.BaseType == QuantType.Q8_0);
        (_input, _options) = (input, options with { FileType = start });
        _start = new Quantizer(input, _options);
        _alignment = input.Metadata.GetInt32("general.alignment", 32);
        // With eight bits for every tensor that takes part, those that are fixed can be told from the others.
        Tensors =
        [
            .. _start.Plans.Where(plan => plan.Reason is TypeReason.Mix or TypeReason.Base && QuantTypes.Get(plan.Type).IsQuantized)
                .Select(plan => plan.Tensor),
        ];
        foreach (TensorDescription tensor in Tensors) Quantizer.CheckRequantized(tensor, options);
    }

    /// <summary>The tensors whose types are to be planned.</summary>
    public IReadOnlyList<TensorDescription> Tensors { get; }

    /// <summary>Bits per weight that the target leaves for the planned tensors, about.</summary>
    public double Bits(SizeTarget target) => 8.0 * BudgetFor(target, "out.gguf") / Math.Max(1, Tensors.Sum(tensor => tensor.Elements));

    /// <summary>Plans the types.</summary>
    /// <param name="target">The size to keep within.</param>
    /// <param name="sensitivities">Of <see cref="Tensors"/>; a tensor without one keeps its type.</param>
    /// <param name="output">The file that will be written.</param>
    /// <returns>The options of the run, and the plan that is in them.</returns>
    /// <exception cref="QuantizeException">The smallest types are too large for the target.</exception>
    public (QuantizeOptions Options, BudgetPlan Plan) Plan(
        SizeTarget target, IReadOnlyList<TensorSensitivity> sensitivities, string output)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(sensitivities);
        Dictionary<string, TensorSensitivity> known = sensitivities.ToDictionary(one => one.Name, StringComparer.Ordinal);
        (TensorDescription, TensorSensitivity)[] tensors =
            [.. Tensors.Select(tensor => (tensor, known.GetValueOrDefault(tensor.Name) ?? new TensorSensitivity(tensor.Name, 0, [])))];
        long budget = BudgetFor(target, output);
        while (true)
        {
            BudgetPlan plan = BudgetPlanner.Plan(tensors, budget, target.FileBytes is null ? 1 : _alignment);
            MixOptions mix = _options.Mix with { Overrides = [.. _options.Mix.Overrides, .. plan.Overrides()] };
            QuantizeOptions options = _options with { FileType = plan.FileType(Tensors), Mix = mix };
            // A plan may split into more files than the start did, each with a header of its own.
            long over = target.FileBytes is { } most ? new Quantizer(_input, options).FileBytes(output) - most : 0;
            if (over <= 0) return (options, plan);
            budget -= over;
        }
    }

    private long BudgetFor(SizeTarget target, string output)
    {
        long planned = 0, all = 0;
        var names = Tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        foreach (TensorPlan plan in _start.Plans)
        {
            long bytes = target.FileBytes is null ? plan.Bytes : (plan.Bytes + _alignment - 1) / _alignment * _alignment;
            all += bytes;
            if (names.Contains(plan.Tensor.Name)) planned += bytes;
        }
        return target.FileBytes is { } most
            ? most - (_start.FileBytes(output) - planned)
            : (long)(target.BitsPerWeight * _start.Weights / 8) - (all - planned);
    }
}
