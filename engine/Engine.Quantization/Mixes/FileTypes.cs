using System.Diagnostics.CodeAnalysis;
using Engine.Formats;
using static Engine.Formats.QuantType;
using static Engine.Quantization.Mixes.Condition;
using static Engine.Quantization.Mixes.TensorRole;

namespace Engine.Quantization.Mixes;

/// <summary>The table of file types: llama.cpp's mixes as data.</summary>
/// <remarks>Read from the behaviour of llama-quantize of August 2026; the tests hold its choices, tensor by tensor.</remarks>
public static class FileTypes
{
    private static readonly FileType[] Table =
    [
        new("F32", 0, F32, []),
        new("F16", 1, F16, []),
        new("BF16", 32, BF16, []),
        Mix("Q1_0", 40, Q1_0, []),
        Mix("Q2_0", 41, Q2_0, [], embedding: Q4_K),
        Mix("Q4_0", 2, Q4_0, [new(Down, Q4_1, Importance, Place.FirstEighth)]),
        Mix("Q4_1", 3, Q4_1, []),
        Mix("Q5_0", 8, Q5_0, [new(Down, Q5_1, Importance, Place.FirstEighth)]),
        Mix("Q5_1", 9, Q5_1, []),
        Mix("Q8_0", 7, Q8_0, []),
        Mix("TQ1_0", 36, TQ1_0, [], embedding: Q4_K),
        Mix("TQ2_0", 37, TQ2_0, [], embedding: Q4_K),
        new("MXFP4_MOE", 38, MXFP4, [new(null, MXFP4, ExpertStack), new(null, Q8_0)], embedding: Q8_0, output: Q8_0),

        Mix("Q2_K", 10, Q2_K, [new(Value, Q4_K, GroupedHeads), new(Value, Q3_K),
            new(AttentionOutput, Q5_K, EightExperts), new(AttentionOutput, Q3_K, NotFalcon), new(Down, Q3_K)]),
        Mix("Q2_K_S", 21, Q2_K, [new(Value, Q4_K, GroupedHeads), new(Down, Q4_K, None, Place.FirstEighth)]),
        Mix("Q3_K_S", 11, Q3_K, [new(AttentionOutput, Q5_K, EightExperts)]),
        Mix("Q3_K_M", 12, Q3_K, [new(Value, Q5_K, None, Place.FirstTwo), new(Value, Q4_K),
            new(AttentionOutput, Q5_K, EightExperts), new(AttentionOutput, Q4_K, NotFalcon),
            new(Down, Q5_K, None, Place.FirstSixteenth), new(Down, Q4_K, NotFalcon),
            new(Down, Q4_K, Falcon, Place.MoreBits)]),
        Mix("Q3_K_L", 13, Q3_K, [new(Value, Q5_K),
            new(AttentionOutput, Q4_K, Falcon), new(AttentionOutput, Q5_K, NotEightExperts),
            new(Down, Q4_K, Falcon), new(Down, Q5_K)]),
        Mix("Q4_K_S", 14, Q4_K, [new(Value, Q5_K, None, Place.FirstFour), new(AttentionOutput, Q5_K, EightExperts),
            new(Down, Q5_K, NotFalcon, Place.FirstEighth)]),
        Mix("Q4_K_M", 15, Q4_K, [new(Value, Q6_K, None, Place.MoreBits), new(AttentionOutput, Q5_K, EightExperts),
            new(Down, Q6_K, Falcon, Place.FirstSixteenth), new(Down, Q5_K, Falcon, Place.MoreBits),
            new(Down, Q6_K, NotFalcon, Place.MoreBits)]),
        Mix("Q5_K_S", 16, Q5_K, []),
        Mix("Q5_K_M", 17, Q5_K, [new(Value, Q6_K, None, Place.MoreBits), new(Down, Q6_K, None, Place.MoreBits)]),
        Mix("Q6_K", 18, Q6_K, []),

        VeryLow("IQ1_S", 24, IQ1_S, raised: Q2_K, attentionOutput: IQ2_XXS),
        VeryLow("IQ1_M", 31, IQ1_M, raised: Q2_K, attentionOutput: IQ2_XXS),
        VeryLow("IQ2_XXS", 19, IQ2_XXS, raised: Q2_K, attentionOutput: IQ2_XXS),
        VeryLow("IQ2_XS", 20, IQ2_XS, raised: Q2_K, attentionOutput: IQ2_XS),
        VeryLow("IQ2_S", 28, IQ2_XS, raised: IQ3_S, attentionOutput: IQ3_S),
        VeryLow("IQ2_M", 29, IQ2_S, raised: IQ3_S, attentionOutput: IQ3_S),
        Mix("IQ3_XXS", 23, IQ3_XXS, [new(Value, Q4_K, GroupedHeads), new(Value, IQ3_S, NoImportance),
            new(Key, IQ2_S), new(Query, IQ2_S),
            new(AttentionOutput, Q5_K, EightExperts), new(AttentionOutput, IQ3_S, NotFalcon),
            new(Down, Q4_K, NoImportance, Place.FirstEighth), new(Down, Q3_K, NoImportance)], embedding: IQ3_S, output: Q5_K),
        Mix("IQ3_XS", 22, IQ3_S, [new(Value, Q4_K, GroupedHeads), new(Key, IQ3_XXS), new(Query, IQ3_XXS),
            new(AttentionOutput, Q5_K, EightExperts),
            new(Gate, IQ3_XXS, None, Place.Middle), new(Up, IQ3_XXS, None, Place.Middle)]),
        Mix("IQ3_S", 26, IQ3_S, [new(Value, Q4_K, GroupedHeads), new(AttentionOutput, Q5_K, EightExperts)]),
        Mix("IQ3_M", 27, IQ3_S, [new(Value, Q4_K),
            new(AttentionOutput, Q5_K, EightExperts), new(AttentionOutput, Q4_K, NotFalcon),
            new(Down, Q4_K, None, Place.FirstEighth), new(Down, Q4_K, EightExperts, Place.MoreBits)]),
        Mix("IQ4_NL", 25, IQ4_NL, FourBitLevels),
        Mix("IQ4_XS", 30, IQ4_XS, FourBitLevels),
    ];

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Q3_K"] = "Q3_K_M",
        ["Q4_K"] = "Q4_K_M",
        ["Q5_K"] = "Q5_K_M",
    };

    /// <summary>Every file type.</summary>
    public static IReadOnlyList<FileType> All { get; } = Array.AsReadOnly(Table);

    private static MixRule[] FourBitLevels =>
    [
        new(Value, Q5_K, GroupedHeads), new(AttentionOutput, Q5_K, EightExperts), new(Down, Q5_K, NoImportance, Place.FirstEighth),
    ];

    /// <summary>Looks up a file type by name ("Q4_K_M"; "Q4_K" means "Q4_K_M"); case does not matter.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out FileType? type)
    {
        string? full = name is null ? null : Aliases.GetValueOrDefault(name, name);
        type = Array.Find(Table, candidate => candidate.Name.Equals(full, StringComparison.OrdinalIgnoreCase));
        return type is not null;
    }

    // The values and keys of an eight-expert model are so small beside the experts that every mix but the lowest gives them eight bits.
    private static FileType Mix(
        string name, int id, QuantType type, MixRule[] rules, QuantType? embedding = null, QuantType? output = null) =>
        new(name, id, type, [new(Value, Q8_0, EightExperts), new(Key, Q8_0, EightExperts), .. rules], embedding, output);

    private static FileType VeryLow(string name, int id, QuantType type, QuantType raised, QuantType attentionOutput)
    {
        MixRule[] rules =
        [
            new(Value, Q4_K, GroupedHeads), new(Value, Q4_K, ManyExperts), new(Value, raised), new(Key, Q4_K, EightExperts),
            new(AttentionOutput, Q5_K, EightExperts), new(AttentionOutput, attentionOutput),
            new(Down, raised, None, Place.FirstEighth),
        ];
        return new FileType(name, id, type, rules, embedding: raised, output: Q5_K) { IsVeryLow = true };
    }
}
