using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>
/// Types of blocks of 32: code q stands for q d + o, where o is the block's offset, or minus the zero point times d.
/// </summary>
/// <remarks>
/// The blocks of several tokens are stored field by field (<see cref="KvGroup"/>). Keys are grouped by 16 tokens, [stripe][block of 32 elements], and byte j of their codes lies beside byte j of the
/// other tokens, so that the lanes of a vector are tokens. Values are grouped by the 64 tokens of the cache's block, [block of
/// 32 elements], and a token's codes lie together, so that lanes are elements. Either way a group of n tokens has n scales and n rows
/// of codes, and a row gives 32 codes: two runs of 16, as GGML packs its nibbles.
/// Products and sums are exact (at most 8 + 11 bits), so fma gives what the reference decoder gives.
/// </remarks>
/// <typeparam name="TBlock">The block.</typeparam>
/// <typeparam name="TCodes">How its codes lie.</typeparam>
internal sealed unsafe class BlockKv<TBlock, TCodes> : KvFormat
    where TBlock : unmanaged, IEncodableBlock<TBlock>
    where TCodes : struct, IKvCodes
{
    private const int Elements = 32, Half = 16, StripeTokens = KvCache.StripeLanes;

    private readonly float _zeroPoint;
    private readonly bool _hasOffsets;
    private readonly Func<ReadOnlySpan<float>, TBlock> _encode;

    /// <summary>The format of a block type.</summary>
    /// <param name="zeroPoint">The code that stands for zero; null where blocks have offsets.</param>
    /// <param name="encode">The encoder; null for the block's own.</param>
    [SetsRequiredMembers]
    public BlockKv(int? zeroPoint, Func<ReadOnlySpan<float>, TBlock>? encode = null)
    {
        Info = QuantTypes.Get(TBlock.Type);
        _zeroPoint = zeroPoint ?? 0;
        _hasOffsets = zeroPoint is null;
        _encode = encode ?? TBlock.Encode;
    }

    public override void StoreKey(ReadOnlySpan<float> key, byte* keys, int slot)
    {
        (int stripe, int lane) = int.DivRem(slot, StripeTokens);
        keys += (nint)stripe * key.Length / Elements * GroupBytes(StripeTokens);
        for (int start = 0; start < key.Length; start += Elements, keys += GroupBytes(StripeTokens))
        {
            TBlock block = _encode(key.Slice(start, Elements));
            KvGroup group = Group(keys, StripeTokens);
            byte* source = StoreScales((byte*)&block, group, lane);
            if (TCodes.HasFifthBits)
            {
                uint bits = *(uint*)source;
                ushort* rows = (ushort*)group.FifthBits;
                for (int row = 0; row < Half; row++)
                {
                    SetBit(rows + 2 * row, lane, bits >> row);
                    SetBit(rows + 2 * row + 1, lane, bits >> (row + Half));
                }
                source += sizeof(uint);
            }
            byte* codes = group.Codes + lane;
            for (int row = 0; row < Half; row++, codes += TCodes.RowBytes)
                for (int half = 0; half < TCodes.RowBytes; half += Half) codes[half] = source[half + row];
        }
    }

    public override void StoreValue(ReadOnlySpan<float> value, byte* values, int slot)
    {
        for (int start = 0; start < value.Length; start += Elements, values += GroupBytes(KvCache.BlockTokens))
        {
            TBlock block = _encode(value.Slice(start, Elements));
            KvGroup group = Group(values, KvCache.BlockTokens);
            byte* source = StoreScales((byte*)&block, group, slot);
            if (TCodes.HasFifthBits)
            {
                ((uint*)group.FifthBits)[slot] = *(uint*)source;
                source += sizeof(uint);
            }
            Unsafe.CopyBlockUnaligned(group.Codes + slot * TCodes.RowBytes, source, (uint)TCodes.RowBytes);
        }
    }

    public override float* Keys(byte* keys, int size, int tokens, float* tile)
    {
        int groups = (tokens + StripeTokens - 1) / StripeTokens * (size / Elements);
        float* rows = tile;
        for (; groups > 0; groups--, keys += GroupBytes(StripeTokens), rows += Elements * StripeTokens)
            DecodeKeys(Group(keys, StripeTokens), rows);
        return tile;
    }

    public override float* Values(byte* values, int size, int tokens, float* tile)
    {
        float* scales = stackalloc float[2 * KvCache.BlockTokens];
        float* rows = tile;
        for (int start = 0; start < size; start += Elements)
        {
            KvGroup group = Group(values, KvCache.BlockTokens);
            ReadScales(group, tokens, scales);
            DecodeValues(group, tokens, scales, rows);
            values += GroupBytes(KvCache.BlockTokens);
            rows += Elements * KvCache.BlockTokens;
        }
        return tile;
    }

    protected override bool ScoreRows<TRows>(byte* keys, int size, int tokens, float* queries, float* scores, byte* next)
    {
        float* scales = stackalloc float[2 * KvCache.BlockTokens];
        for (int token = 0; token < tokens; token += StripeTokens)
        {
            for (int row = 0; row < sizeof(TRows); row++)
                new Span<float>(scores + row * KvCache.BlockTokens + token, StripeTokens).Clear();
            for (int start = 0; start < size; start += Elements)
            {
                KvGroup group = Group(keys, StripeTokens);
                ReadScales(group, StripeTokens, scales);
                KvRows.Score<TCodes, TRows>(
                    group.Codes, group.FifthBits, scales, scales + KvCache.BlockTokens, queries + start, size, scores + token,
                    KvCache.BlockTokens);
                keys += GroupBytes(StripeTokens);
                Prefetch(ref next, GroupBytes(StripeTokens));
            }
        }
        return true;
    }

    protected override bool AccumulateRows<TRows>(byte* values, int size, int tokens, float* weights, float* sums, byte* next)
    {
        float* scales = stackalloc float[2 * KvCache.BlockTokens];
        float* offsets = scales + KvCache.BlockTokens;
        for (int start = 0; start < size; start += Elements, values += GroupBytes(KvCache.BlockTokens))
        {
            KvGroup group = Group(values, KvCache.BlockTokens);
            ReadScales(group, tokens, scales);
            KvRows.Accumulate<TCodes, TRows, One>(
                group.Codes, group.FifthBits, scales, offsets, tokens, weights, KvCache.BlockTokens, sums + start, size);
            Prefetch(ref next, GroupBytes(KvCache.BlockTokens) / 2);
            KvRows.Accumulate<TCodes, TRows, Two>(
                group.Codes, group.FifthBits, scales, offsets, tokens, weights, KvCache.BlockTokens, sums + start + Half, size);
            Prefetch(ref next, GroupBytes(KvCache.BlockTokens) / 2);
        }
        return true;
    }

    /// <summary>32 elements of 16 keys: scales stand beside each other as the tokens do.</summary>
    private static void DecodeKeys(KvGroup group, float* tile)
    {
        Vector256<float> d0 = group.Scales(0), d1 = group.Scales(8), o0 = group.Offsets(0, d0), o1 = group.Offsets(8, d1);
        byte* codes = group.Codes, bits = group.FifthBits;
        for (int row = 0; row < Half; row++, codes += TCodes.RowBytes, bits += sizeof(uint), tile += StripeTokens)
        {
            KvRows.Value(TCodes.Load(codes, bits, 0), d0, o0).Store(tile);
            KvRows.Value(TCodes.Load(codes, bits, 1), d1, o1).Store(tile + 8);
            KvRows.Value(TCodes.Load(codes, bits, 2), d0, o0).Store(tile + Half * StripeTokens);
            KvRows.Value(TCodes.Load(codes, bits, 3), d1, o1).Store(tile + Half * StripeTokens + 8);
        }
    }

    /// <summary>32 elements of the first values: every token has its own scale.</summary>
    private static void DecodeValues(KvGroup group, int tokens, float* scales, float* tile)
    {
        float* offsets = scales + KvCache.BlockTokens;
        byte* codes = group.Codes, bits = group.FifthBits;
        float* second = tile + Half * KvCache.BlockTokens;
        for (float* end = scales + tokens; scales < end; scales++, offsets++)
        {
            Vector256<float> d = Vector256.Create(*scales), o = Vector256.Create(*offsets);
            KvRows.Value(TCodes.Load(codes, bits, 0), d, o).Store(tile);
            KvRows.Value(TCodes.Load(codes, bits, 1), d, o).Store(tile + 8);
            KvRows.Value(TCodes.Load(codes, bits, 2), d, o).Store(second);
            KvRows.Value(TCodes.Load(codes, bits, 3), d, o).Store(second + 8);
            codes += TCodes.RowBytes;
            bits += sizeof(uint);
            tile += Half;
            second += Half;
        }
    }

    /// <summary>The scales of the first tokens, and a block's tokens further on their offsets.</summary>
    private static void ReadScales(KvGroup group, int tokens, float* scales)
    {
        for (int token = 0; token < tokens; token += 8)
        {
            Vector256<float> d = group.Scales(token);
            d.Store(scales + token);
            group.Offsets(token, d).Store(scales + KvCache.BlockTokens + token);
        }
    }

    /// <summary>Scale and offset of a token's block into its group; what follows them in the block is returned.</summary>
    private byte* StoreScales(byte* block, KvGroup group, int token)
    {
        ushort* fields = (ushort*)block, scales = (ushort*)group.Start;
        scales[token] = fields[0];
        if (!_hasOffsets) return block + sizeof(ushort);
        scales[group.Tokens + token] = fields[1];
        return block + 2 * sizeof(ushort);
    }

    private KvGroup Group(byte* start, int tokens) => new((nint)start, tokens, _hasOffsets, TCodes.HasFifthBits, _zeroPoint);

    private static int GroupBytes(int tokens) => tokens * sizeof(TBlock);

    private static void SetBit(ushort* word, int index, uint bit) =>
        *word = (ushort)((*word & ~(1u << index)) | ((bit & 1) << index));
}
