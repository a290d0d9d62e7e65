using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Quantization.Encoders;

/// <summary>What the encoders of 256-weight super-blocks share: weights of the errors, and a unit in which the search computes.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
internal abstract class SuperBlockEncoder<TBlock>() : RowEncoder(QuantTypes.Get(TBlock.Type))
    where TBlock : unmanaged, IBlock<TBlock>
{
    // Half precision ends at 2^-24: what is smaller by this much is zero in every type.
    private const float Nothing = 1e-15f;

    private readonly float[] _weights = new float[256];

    /// <inheritdoc/>
    private protected override void EncodeRow(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks)
    {
        Span<TBlock> typed = MemoryMarshal.Cast<byte, TBlock>(blocks);
        for (int i = 0; i < typed.Length; i++)
        {
            ReadOnlySpan<float> values = row.Slice(i * 256, 256);
            float largest = Largest(values);
            if (largest < Nothing)
            {
                typed[i] = default;
                continue;
            }
            WeightRule.Fill(TBlock.Type, values, importance.IsEmpty ? default : importance.Slice(i * 256, 256), _weights);
            typed[i] = Encode(values, _weights, MathF.ScaleB(1, -MathF.ILogB(largest)));
        }
    }

    /// <summary>Encodes a block.</summary>
    /// <param name="values">Its 256 values.</param>
    /// <param name="weights">What their squared errors count.</param>
    /// <param name="unit">A power of two that brings the largest to between 1 and 2.</param>
    protected abstract TBlock Encode(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit);

    private static float Largest(ReadOnlySpan<float> values)
    {
        Vector256<float> largest = default;
        foreach (Vector256<float> eight in MemoryMarshal.Cast<float, Vector256<float>>(values))
            largest = Vector256.MaxNative(largest, Vector256.Abs(eight));
        float most = largest[0];
        for (int lane = 1; lane < Vector256<float>.Count; lane++) most = MathF.Max(most, largest[lane]);
        return most;
    }
}

/// <summary>Q3_K, Q6_K and IQ4_XS.</summary>
/// <param name="codes">The type's levels.</param>
/// <param name="steps">For <see cref="SymmetricGroups{TCodes}.Fit"/>.</param>
/// <param name="effort">How long to search.</param>
internal sealed class ScaledSuperBlockEncoder<TBlock, TCodes>(TCodes codes, float[] steps, SearchEffort effort) : SuperBlockEncoder<TBlock>
    where TBlock : unmanaged, IScaledSuperBlock<TBlock>
    where TCodes : struct, ICodes
{
    private readonly SymmetricSuperBlock<TCodes> _search = new(TBlock.GroupSize, codes, steps, TBlock.ScaleReach, effort);

    /// <inheritdoc/>
    protected override TBlock Encode(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        _search.Search(values, weights, unit);
        Span<sbyte> scales = stackalloc sbyte[256 / TBlock.GroupSize];
        Span<byte> numbers = stackalloc byte[256];
        _search.Write(scales, numbers);
        return TBlock.Pack(Fp16.FromSingle(_search.Steps.D / unit), scales, numbers);
    }
}

/// <summary>Q2_K, Q4_K and Q5_K.</summary>
internal sealed class OffsetSuperBlockEncoder<TBlock>(SearchEffort effort) : SuperBlockEncoder<TBlock>
    where TBlock : unmanaged, IOffsetSuperBlock<TBlock>
{
    private readonly AffineSuperBlock _search = new(TBlock.GroupSize, TBlock.HighestCode, TBlock.HighestScale, effort);

    /// <inheritdoc/>
    protected override TBlock Encode(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        _search.Search(values, weights, unit);
        int groups = 256 / TBlock.GroupSize;
        Span<byte> scales = stackalloc byte[groups], minimums = stackalloc byte[groups];
        Span<byte> codes = stackalloc byte[256];
        _search.Write(scales, minimums, codes);
        return TBlock.Pack(
            Fp16.FromSingle(_search.Steps.D / unit), Fp16.FromSingle(_search.Steps.DMin / unit), scales, minimums, codes);
    }
}
