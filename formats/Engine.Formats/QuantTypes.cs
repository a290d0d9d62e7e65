using System.Diagnostics.CodeAnalysis;
using Engine.Formats.Blocks;

namespace Engine.Formats;

/// <summary>The one table of storage types.</summary>
public static class QuantTypes
{
    private static readonly QuantTypeInfo[] Table =
    [
        QuantTypeInfo.OfEncodable<F32>(bytes: 4),
        QuantTypeInfo.OfEncodable<F16>(bytes: 2),
        QuantTypeInfo.OfEncodable<BF16>(bytes: 2),
        QuantTypeInfo.OfEncodable<Q1_0>(bytes: 18),
        QuantTypeInfo.OfEncodable<Q2_0>(bytes: 18),
        QuantTypeInfo.OfEncodable<Q4_0>(bytes: 18),
        QuantTypeInfo.OfEncodable<Q4_1>(bytes: 20),
        QuantTypeInfo.OfEncodable<Q5_0>(bytes: 22),
        QuantTypeInfo.OfEncodable<Q5_1>(bytes: 24),
        QuantTypeInfo.OfEncodable<Q8_0>(bytes: 34),
        QuantTypeInfo.Of<Q8_1>(bytes: 36),
        QuantTypeInfo.Of<Q2_K>(bytes: 84),
        QuantTypeInfo.Of<Q3_K>(bytes: 110),
        QuantTypeInfo.Of<Q4_K>(bytes: 144),
        QuantTypeInfo.Of<Q5_K>(bytes: 176),
        QuantTypeInfo.Of<Q6_K>(bytes: 210),
        QuantTypeInfo.Of<Q8_K>(bytes: 292),
        QuantTypeInfo.Of<IQ1_S>(bytes: 50),
        QuantTypeInfo.Of<IQ1_M>(bytes: 56),
        QuantTypeInfo.Of<IQ2_XXS>(bytes: 66),
        QuantTypeInfo.Of<IQ2_XS>(bytes: 74),
        QuantTypeInfo.Of<IQ2_S>(bytes: 82),
        QuantTypeInfo.Of<IQ3_XXS>(bytes: 98),
        QuantTypeInfo.Of<IQ3_S>(bytes: 110),
        QuantTypeInfo.OfEncodable<IQ4_NL>(bytes: 18),
        QuantTypeInfo.Of<IQ4_XS>(bytes: 136),
        QuantTypeInfo.OfEncodable<TQ1_0>(bytes: 54),
        QuantTypeInfo.OfEncodable<TQ2_0>(bytes: 66),
        QuantTypeInfo.OfEncodable<MXFP4>(bytes: 17),
        QuantTypeInfo.OfEncodable<NVFP4>(bytes: 36),
        QuantTypeInfo.Plain(QuantType.I8, bytes: 1),
        QuantTypeInfo.Plain(QuantType.I16, bytes: 2),
        QuantTypeInfo.Plain(QuantType.I32, bytes: 4),
        QuantTypeInfo.Plain(QuantType.I64, bytes: 8),
        QuantTypeInfo.Plain(QuantType.F64, bytes: 8),
    ];

    private static readonly QuantTypeInfo?[] ById = IndexById();

    /// <summary>Every type that this library knows.</summary>
    public static IReadOnlyList<QuantTypeInfo> All { get; } = Array.AsReadOnly(Table);

    /// <summary>The info of a type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public static QuantTypeInfo Get(QuantType type) => TryGet((uint)type, out QuantTypeInfo? info)
        ? info
        : throw new ArgumentOutOfRangeException(nameof(type), type, "No such type.");

    /// <summary>Looks up a type by the id that a file carries; false for ids that are unknown or were removed from GGML.</summary>
    public static bool TryGet(uint id, [NotNullWhen(true)] out QuantTypeInfo? info)
    {
        info = id < ById.Length ? ById[id] : null;
        return info is not null;
    }

    /// <summary>Looks up a type by name ("Q4_K", "bf16"); case does not matter.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out QuantTypeInfo? info)
    {
        info = Array.Find(Table, candidate => candidate.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return info is not null;
    }

    private static QuantTypeInfo?[] IndexById()
    {
        var byId = new QuantTypeInfo?[(int)Table.Max(info => info.Type) + 1];
        foreach (QuantTypeInfo info in Table)
            byId[(int)info.Type] = info;
        return byId;
    }
}
