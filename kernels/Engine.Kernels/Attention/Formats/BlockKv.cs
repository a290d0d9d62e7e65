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
/// The blocks of several tokens are stored field by field: the scales of all, their offsets if the type has them, their fifth bits if it has
/// them, their codes. Keys are grouped by 16 tokens, [stripe][block of 32 elements], and byte j of their codes lies beside byte j of the
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
        byte* group = keys + (nint)stripe * key.Length / Elements * GroupBytes(StripeTokens);
        for (int start = 0; start < key.Length; start += Elements, group += GroupBytes(StripeTokens))
        {
            TBlock block = _encode(key.Slice(start, Elements));
            byte* source = StoreScales((byte*)&block, group, lane, StripeTokens);
            if (TCodes.HasFifthBits)
            {
                uint bits = *(uint*)source;
                ushort* rows = (ushort*)FifthBits(group, StripeTokens);
                for (int row = 0; row < Half; row++)
                {
                    SetBit(rows + 2 * row, lane, bits >> row);
                    SetBit(rows + 2 * row + 1, lane, bits >> (row + Half));
                }
                source += sizeof(uint);
            }
            byte* codes = Codes(group, StripeTokens) + lane;
            for (int row = 0; row < Half; row++, codes += TCodes.RowBytes)
                for (int half = 0; half < TCodes.RowBytes; half += Half) codes[half] = source[half + row];
        }
    }

    public override void StoreValue(ReadOnlySpan<float> value, byte* values, int slot)
    {
        byte* group = values;
        for (int start = 0; start < value.Length; start += Elements, group += GroupBytes(KvCache.BlockTokens))
        {
            TBlock block = _encode(value.Slice(start, Elements));
            byte* source = StoreScales((byte*)&block, group, slot, KvCache.BlockTokens);
            if (TCodes.HasFifthBits)
            {
                ((uint*)FifthBits(group, KvCache.BlockTokens))[slot] = *(uint*)source;
                source += sizeof(uint);
            }
            Unsafe.CopyBlockUnaligned(Codes(group, KvCache.BlockTokens) + slot * TCodes.RowBytes, source, (uint)TCodes.RowBytes);
        }
    }

    public override float* Keys(byte* keys, int size, int tokens, float* tile)
    {
        int groups = (tokens + StripeTokens - 1) / StripeTokens * (size / Elements);
        float* rows = tile;
        for (; groups > 0; groups--, keys += GroupBytes(StripeTokens), rows += Elements * StripeTokens) DecodeKeys(keys, rows);
        return tile;
    }

    public override float* Values(byte* values, int size, int tokens, float* tile)
    {
        float* scales = stackalloc float[2 * KvCache.BlockTokens];
        float* rows = tile;
        for (int start = 0; start < size; start += Elements)
        {
            DecodeValues(values, tokens, scales, rows);
            values += GroupBytes(KvCache.BlockTokens);
            rows += Elements * KvCache.BlockTokens;
        }
        return tile;
    }

    /// <summary>32 elements of 16 keys: scales stand beside each other as the tokens do.</summary>
    private void DecodeKeys(byte* group, float* tile)
    {
        Vector256<float> d0 = Scales(group, 0), d1 = Scales(group, 8);
        Vector256<float> o0 = Offsets(group, StripeTokens, 0, d0), o1 = Offsets(group, StripeTokens, 8, d1);
        byte* codes = Codes(group, StripeTokens), bits = FifthBits(group, StripeTokens);
        for (int row = 0; row < Half; row++, codes += TCodes.RowBytes, bits += sizeof(uint), tile += StripeTokens)
        {
            Value(TCodes.Load(codes, bits, 0), d0, o0).Store(tile);
            Value(TCodes.Load(codes, bits, 1), d1, o1).Store(tile + 8);
            Value(TCodes.Load(codes, bits, 2), d0, o0).Store(tile + Half * StripeTokens);
            Value(TCodes.Load(codes, bits, 3), d1, o1).Store(tile + Half * StripeTokens + 8);
        }
    }

    /// <summary>32 elements of the first values: every token has its own scale.</summary>
    private void DecodeValues(byte* group, int tokens, float* scales, float* tile)
    {
        float* offsets = scales + KvCache.BlockTokens;
        for (int token = 0; token < tokens; token += 8)
        {
            Vector256<float> d = Scales(group, token);
            d.Store(scales + token);
            Offsets(group, KvCache.BlockTokens, token, d).Store(offsets + token);
        }
        byte* codes = Codes(group, KvCache.BlockTokens), bits = FifthBits(group, KvCache.BlockTokens);
        float* second = tile + Half * KvCache.BlockTokens;
        for (float* end = scales + tokens; scales < end; scales++, offsets++)
        {
            Vector256<float> d = Vector256.Create(*scales), o = Vector256.Create(*offsets);
            Value(TCodes.Load(codes, bits, 0), d, o).Store(tile);
            Value(TCodes.Load(codes, bits, 1), d, o).Store(tile + 8);
            Value(TCodes.Load(codes, bits, 2), d, o).Store(second);
            Value(TCodes.Load(codes, bits, 3), d, o).Store(second + 8);
            codes += TCodes.RowBytes;
            bits += sizeof(uint);
            tile += Half;
            second += Half;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Value(Vector256<int> codes, Vector256<float> d, Vector256<float> o) =>
        Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(codes), d, o);

    private static Vector256<float> Scales(byte* group, int index) => Lanes.LoadAnyFp16((ushort*)group + index);

    private Vector256<float> Offsets(byte* group, int tokens, int index, Vector256<float> d) =>
        _hasOffsets ? Lanes.LoadAnyFp16((ushort*)group + tokens + index) : d * -_zeroPoint;

    /// <summary>Scale and offset of a token's block into its group; what follows them in the block is returned.</summary>
    private byte* StoreScales(byte* block, byte* group, int index, int tokens)
    {
        ushort* fields = (ushort*)block;
        ((ushort*)group)[index] = fields[0];
        if (!_hasOffsets) return block + sizeof(ushort);
        ((ushort*)group)[tokens + index] = fields[1];
        return block + 2 * sizeof(ushort);
    }

    private static int GroupBytes(int tokens) => tokens * sizeof(TBlock);

    private byte* FifthBits(byte* group, int tokens) => group + tokens * sizeof(ushort) * (_hasOffsets ? 2 : 1);

    private byte* Codes(byte* group, int tokens) =>
        FifthBits(group, tokens) + (TCodes.HasFifthBits ? tokens * sizeof(uint) : 0);

    private static void SetBit(ushort* word, int index, uint bit) =>
        *word = (ushort)((*word & ~(1u << index)) | ((bit & 1) << index));
}
