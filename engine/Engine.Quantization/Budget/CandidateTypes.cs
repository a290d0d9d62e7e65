using Engine.Formats;
using Engine.Quantization.Encoders;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Budget;

/// <summary>The types that a plan for a budget chooses from.</summary>
public static class CandidateTypes
{
    // Types in blocks of 32 and a super-block type of the same size exclude each other: the super-block is better.
    private static readonly QuantType[] SuperBlocks =
    [
        QuantType.IQ1_S, QuantType.IQ1_M, QuantType.IQ2_XXS, QuantType.IQ2_XS, QuantType.IQ2_S, QuantType.Q2_K, QuantType.IQ3_XXS,
        QuantType.IQ3_S, QuantType.Q3_K, QuantType.IQ4_XS, QuantType.Q4_K, QuantType.Q5_K, QuantType.Q6_K, QuantType.Q8_0,
    ];

    private static readonly QuantType[] Blocks =
    [
        QuantType.Q4_0, QuantType.IQ4_NL, QuantType.Q4_1, QuantType.Q5_0, QuantType.Q5_1, QuantType.Q8_0,
    ];

    /// <summary>Every type that is chosen from where nothing else is asked for.</summary>
    public static IReadOnlyList<QuantType> All { get; } = [.. SuperBlocks.Union(Blocks)];

    /// <summary>The types that a tensor can take, the smallest first; its own type is not among them.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="hasImportance">Whether the importance of its columns is known: without it some types are useless.</param>
    /// <param name="allowed">The types to choose from; empty: <see cref="All"/>.</param>
    public static IReadOnlyList<QuantType> Of(TensorDescription tensor, bool hasImportance, IReadOnlyCollection<QuantType> allowed)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(allowed);
        IEnumerable<QuantType> types = allowed.Count > 0 ? allowed
            : tensor.Columns % QuantTypes.Get(QuantType.Q4_K).BlockElements == 0 ? SuperBlocks : Blocks;
        return
        [
            .. types.Distinct()
                .Where(type => tensor.Columns % QuantTypes.Get(type).BlockElements == 0 && RowEncoders.CanEncode(type))
                .Where(type => hasImportance || !MixPlanner.NeedsImportance(type))
                .Where(type => Bits(type) < Bits(tensor.Type))
                .OrderBy(Bits),
        ];
    }

    /// <summary>Stored bits per weight, scales included.</summary>
    public static double Bits(QuantType type) => 8.0 * QuantTypes.Get(type).BlockBytes / QuantTypes.Get(type).BlockElements;
}
