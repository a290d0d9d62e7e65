using Engine.Formats;
using Engine.Formats.Blocks;
using Engine.Quantization.Grids;

namespace Engine.Quantization.Encoders;

/// <summary>Makes the encoder of a type.</summary>
public static class RowEncoders
{
    private static readonly Dictionary<QuantType, Func<SearchEffort, RowEncoder>> Searches = new()
    {
        [QuantType.Q4_0] = Scaled<Q4_0>,
        [QuantType.Q5_0] = Scaled<Q5_0>,
        [QuantType.Q8_0] = Scaled<Q8_0>,
        [QuantType.Q4_1] = effort => new OffsetBlockEncoder<Q4_1>(effort),
        [QuantType.Q5_1] = effort => new OffsetBlockEncoder<Q5_1>(effort),
        [QuantType.IQ4_NL] = effort => new ScaledBlockEncoder<IQ4_NL, LevelCodes>(default, LevelSteps(effort), effort),
        [QuantType.Q2_K] = effort => new OffsetSuperBlockEncoder<Q2_K>(effort),
        [QuantType.Q3_K] = SuperScaled<Q3_K>,
        [QuantType.Q4_K] = effort => new OffsetSuperBlockEncoder<Q4_K>(effort),
        [QuantType.Q5_K] = effort => new OffsetSuperBlockEncoder<Q5_K>(effort),
        [QuantType.Q6_K] = SuperScaled<Q6_K>,
        [QuantType.IQ4_XS] = effort => new ScaledSuperBlockEncoder<IQ4_XS, LevelCodes>(default, LevelSteps(effort), effort),
        [QuantType.IQ1_S] = _ => new GridSuperBlockEncoder<IQ1_S>(),
        [QuantType.IQ1_M] = _ => new GridSuperBlockEncoder<IQ1_M>(),
        [QuantType.IQ2_XXS] = _ => new GridSuperBlockEncoder<IQ2_XXS>(),
        [QuantType.IQ2_XS] = _ => new GridSuperBlockEncoder<IQ2_XS>(),
        [QuantType.IQ2_S] = _ => new GridSuperBlockEncoder<IQ2_S>(),
        [QuantType.IQ3_XXS] = _ => new GridSuperBlockEncoder<IQ3_XXS>(),
        [QuantType.IQ3_S] = _ => new GridSuperBlockEncoder<IQ3_S>(),
    };

    /// <summary>Whether there is an encoder for the type.</summary>
    public static bool CanEncode(QuantType type) => Searches.ContainsKey(type) || QuantTypes.Get(type).CanEncode;

    /// <summary>Makes an encoder.</summary>
    /// <param name="type">What to encode to.</param>
    /// <param name="reference">
    /// Whether ggml's plain rounding is wanted where the type has such a reference; elsewhere the search is then a longer one, which leaves
    /// no more error than ggml.
    /// </param>
    /// <exception cref="NotSupportedException">There is no encoder for the type.</exception>
    public static RowEncoder Make(QuantType type, bool reference = false)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        bool isPlain = info.CanEncode && (reference || !Searches.ContainsKey(type));
        if (isPlain) return new ReferenceEncoder(info);
        return Searches.TryGetValue(type, out Func<SearchEffort, RowEncoder>? make)
            ? make(reference ? SearchEffort.Thorough : SearchEffort.Default)
            : throw new NotSupportedException($"There is no encoder for {info.Name}.");
    }

    private static ScaledBlockEncoder<TBlock, WholeCodes> Scaled<TBlock>(SearchEffort effort)
        where TBlock : unmanaged, IScaledBlock<TBlock>
    {
        (int lowest, int highest) = (TBlock.LowestCode, TBlock.HighestCode);
        return new(new WholeCodes(lowest, highest), effort.SymmetricSteps(lowest, highest), effort);
    }

    private static ScaledSuperBlockEncoder<TBlock, WholeCodes> SuperScaled<TBlock>(SearchEffort effort)
        where TBlock : unmanaged, IScaledSuperBlock<TBlock>
    {
        (int lowest, int highest) = (TBlock.LowestCode, TBlock.HighestCode);
        return new(new WholeCodes(lowest, highest), effort.SymmetricSteps(lowest, highest), effort);
    }

    private static float[] LevelSteps(SearchEffort effort) => effort.LevelSteps(IQ4_NL.LowestCode, IQ4_NL.HighestCode);
}
