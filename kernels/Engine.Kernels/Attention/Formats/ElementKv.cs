using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>Reads eight numbers of a type as floats.</summary>
internal unsafe interface IElementLoad
{
    /// <summary>The numbers at <paramref name="elements"/>.</summary>
    static abstract Vector256<float> Load(byte* elements);
}

/// <summary>FP16.</summary>
internal readonly unsafe struct Fp16Load : IElementLoad
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* elements) => Lanes.LoadFp16((ushort*)elements);
}

/// <summary>BF16.</summary>
internal readonly unsafe struct Bf16Load : IElementLoad
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* elements) => Lanes.LoadBf16((ushort*)elements);
}

/// <summary>F32.</summary>
internal readonly unsafe struct Fp32Load : IElementLoad
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* elements) => Vector256.Load((float*)elements);
}

/// <summary>Numbers that stand for themselves, in the order in which <see cref="FloatTile"/> takes them.</summary>
internal unsafe class ElementKv<TElement, TLoad> : KvFormat
    where TElement : unmanaged, IEncodableBlock<TElement>
    where TLoad : struct, IElementLoad
{
    private const int Lanes = 8;

    [SetsRequiredMembers]
    public ElementKv() => Info = QuantTypes.Get(TElement.Type);

    public override void StoreKey(ReadOnlySpan<float> key, byte* keys, int slot)
    {
        (int stripe, int lane) = int.DivRem(slot, KvCache.StripeLanes);
        TElement* column = (TElement*)keys + (nint)stripe * key.Length * KvCache.StripeLanes + lane;
        for (int i = 0; i < key.Length; i++, column += KvCache.StripeLanes) *column = TElement.Encode(key[i..]);
    }

    public override void StoreValue(ReadOnlySpan<float> value, byte* values, int slot)
    {
        int padded = KvLayerShape.Padded(value.Length);
        for (int start = 0; start < value.Length; start += KvCache.StripeLanes)
        {
            int lanes = Math.Min(KvCache.StripeLanes, padded - start);
            int count = Math.Min(lanes, value.Length - start);
            TElement* row = (TElement*)values + (nint)start * KvCache.BlockTokens + slot * lanes;
            for (int i = 0; i < count; i++) row[i] = TElement.Encode(value[(start + i)..]);
        }
    }

    public override float* Keys(byte* keys, int size, int tokens, float* tile)
    {
        int stripes = (tokens + KvCache.StripeLanes - 1) / KvCache.StripeLanes;
        Widen(keys, stripes * size * KvCache.StripeLanes, tile);
        return tile;
    }

    public override float* Values(byte* values, int size, int tokens, float* tile)
    {
        for (int start = 0; start < size; start += KvCache.StripeLanes)
        {
            nint offset = (nint)start * KvCache.BlockTokens;
            int lanes = Math.Min(KvCache.StripeLanes, size - start);
            Widen(values + offset * sizeof(TElement), tokens * lanes, tile + offset);
        }
        return tile;
    }

    protected override bool ScoreRows<TRows>(byte* keys, int size, int tokens, float* queries, float* scores, byte* next)
    {
        for (int token = 0; token < tokens; token += KvCache.StripeLanes)
        {
            KvRows.Multiply<TLoad, TRows>(
                keys + (nint)token * size * sizeof(TElement), KvCache.StripeLanes * sizeof(TElement), queries, size, scores + token,
                KvCache.BlockTokens, size, accumulate: false);
            Prefetch(ref next, KvCache.StripeLanes * size * sizeof(TElement));
        }
        return true;
    }

    protected override bool AccumulateRows<TRows>(byte* values, int size, int tokens, float* weights, float* sums, byte* next)
    {
        if (size % KvCache.StripeLanes != 0) return false;
        for (int start = 0; start < size; start += KvCache.StripeLanes)
        {
            KvRows.Multiply<TLoad, TRows>(
                values + (nint)start * KvCache.BlockTokens * sizeof(TElement), KvCache.StripeLanes * sizeof(TElement), weights,
                KvCache.BlockTokens, sums + start, size, tokens, accumulate: true);
            Prefetch(ref next, KvCache.StripeLanes * KvCache.BlockTokens * sizeof(TElement));
        }
        return true;
    }

    private static void Widen(byte* elements, int count, float* floats)
    {
        for (float* end = floats + count; floats < end; floats += Lanes, elements += Lanes * sizeof(TElement))
            TLoad.Load(elements).Store(floats);
    }
}

/// <summary>F32: read where it lies.</summary>
internal sealed unsafe class FloatKv : ElementKv<F32, Fp32Load>
{
    [SetsRequiredMembers]
    public FloatKv()
    {
    }

    public override float* Keys(byte* keys, int size, int tokens, float* tile) => (float*)keys;

    public override float* Values(byte* values, int size, int tokens, float* tile) => (float*)values;
}
