using System.Runtime.InteropServices;
using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Quantization.Encoders;

/// <summary>What the encoders of 256-weight super-blocks share: weights of the errors, and a unit in which the search computes.</summary>
/// <typeparam name="TBlock">The block.</typeparam>
internal abstract class SuperBlockEncoder<TBlock> : RowEncoder
    where TBlock : unmanaged, IBlock<TBlock>
{
    // Half precision ends at 2^-24: what is smaller by this much is zero in every type.
    private const float Nothing = 1e-15f;

    private readonly float[] _weights = new float[256];

    /// <inheritdoc/>
    public override void Encode(ReadOnlySpan<float> row, ReadOnlySpan<float> importance, Span<byte> blocks)
    {
        Span<TBlock> typed = MemoryMarshal.Cast<byte, TBlock>(blocks);
        for (int i = 0; i < typed.Length; i++)
        {
            ReadOnlySpan<float> values = row.Slice(i * 256, 256);
            float largest = 0;
            foreach (float value in values) largest = MathF.Max(largest, MathF.Abs(value));
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
}

/// <summary>Q3_K and Q6_K.</summary>
internal sealed class ScaledSuperBlockEncoder<TBlock>(SearchEffort effort) : SuperBlockEncoder<TBlock>
    where TBlock : unmanaged, IScaledSuperBlock<TBlock>
{
    private readonly SymmetricSuperBlock _search = new(TBlock.CodeReach, TBlock.ScaleReach, effort);

    /// <inheritdoc/>
    protected override TBlock Encode(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float unit)
    {
        _search.Search(values, weights, unit);
        Span<sbyte> scales = stackalloc sbyte[16];
        Span<byte> codes = stackalloc byte[256];
        _search.Write(scales, codes);
        return TBlock.Pack(Fp16.FromSingle(_search.D / unit), scales, codes);
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
            Fp16.FromSingle(_search.D / unit), Fp16.FromSingle(_search.DMin / unit), scales, minimums, codes);
    }
}
