using System.Text.RegularExpressions;
using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>
/// Decides which type each tensor of a model takes, as llama.cpp's llama-quantize does. Where llama.cpp stops because a type has no
/// substitute for a row's length, the tensor becomes F16, and the plan says so.
/// </summary>
public static partial class MixPlanner
{
    /// <summary>Plans the types of a model's tensors.</summary>
    /// <param name="file">The file type.</param>
    /// <param name="traits">The model.</param>
    /// <param name="tensors">All of its tensors, in any order.</param>
    /// <param name="options">What differs from the file type's own choice; null for nothing.</param>
    /// <returns>One plan per tensor, in the given order.</returns>
    /// <exception cref="RegexMatchTimeoutException">An override's pattern takes too long.</exception>
    public static IReadOnlyList<TensorPlan> Plan(
        FileType file, ModelTraits traits, IReadOnlyList<TensorDescription> tensors, MixOptions? options = null)
    {
        var run = new MixRun(file, traits, tensors, options ?? new MixOptions());
        var plans = new TensorPlan[tensors.Count];
        // Some rules count tensors of a kind, so that the order matters: by layer, then by name.
        foreach (int i in Enumerable.Range(0, tensors.Count)
            .OrderBy(i => Layer(tensors[i].Name) ?? -1)
            .ThenBy(i => tensors[i].Name, StringComparer.Ordinal))
        {
            plans[i] = Plan(run, tensors[i]);
        }
        return plans;
    }

    /// <summary>The layer that a tensor's name tells ("blk.7.ffn_up.weight": 7); null where it tells none.</summary>
    internal static int? Layer(string name) =>
        BlockPrefix().Match(name) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, out int layer) ? layer : null;

    private static TensorPlan Plan(MixRun run, TensorDescription tensor)
    {
        (QuantType asked, TypeReason reason) = run.Ask(tensor);
        if (reason == TypeReason.Kept) return new TensorPlan(tensor, asked, asked, reason, NeedsImportance: false);
        QuantType type = TypeFallback.For(asked, tensor.Columns);
        bool needs = (NeedsImportance(type) || (type == QuantType.Q2_K && run.File.Name == "Q2_K_S"))
            && TensorRoles.Of(tensor.Name) is not (TensorRole.Output or TensorRole.Embedding);
        return new TensorPlan(tensor, asked, type, reason, needs);
    }

    /// <summary>Whether a type is so small that without an importance matrix the result is useless.</summary>
    internal static bool NeedsImportance(QuantType type) => type is
        QuantType.IQ1_S or QuantType.IQ1_M or QuantType.IQ2_XXS or QuantType.IQ2_XS or QuantType.IQ2_S or QuantType.IQ3_XXS;

    [GeneratedRegex(@"^blk\.(\d+)\.", RegexOptions.CultureInvariant)]
    private static partial Regex BlockPrefix();
}
