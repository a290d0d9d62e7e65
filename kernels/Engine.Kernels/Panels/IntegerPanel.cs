using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>Panels of a type in integer codes, native bits.</summary>
/// <param name="product">How they are multiplied.</param>
internal sealed unsafe class IntegerPanel<TFormat>(IntegerProduct<TFormat> product)
    : Panel(QuantTypes.Get(TFormat.Type), TFormat.BlockColumns, TFormat.BlockBytes)
    where TFormat : struct, IIntegerFormat
{
    public override IntegerProduct Integer => product;

    public override void Interleave(byte* rows, nint rowBytes, int columns, byte* panel)
    {
        for (int block = 0; block < columns / BlockColumns; block++, rows += Info.BlockBytes, panel += BlockBytes)
            TFormat.Interleave(rows, rowBytes, panel);
    }

    public override void Decode(byte* panel, int columns, float* tile, nint stride)
    {
        for (int block = 0; block < columns / TFormat.BlockColumns; block++, panel += TFormat.BlockBytes)
            for (int step = 0; step < TFormat.BlockColumns / TokenTile.Columns; step++, tile += TokenTile.Columns * stride)
            {
                Vector256<float> scales = TFormat.Scales(panel, step, 0);
                Vector256<float> offsets = TFormat.HasOffset ? TFormat.Offsets(panel, step, 0) : default;
                DecodeQuad(TFormat.Codes(panel, step, 0), scales, offsets, tile, stride);
                DecodeQuad(TFormat.Codes(panel, step, 1), scales, offsets, tile + 4 * stride, stride);
                DecodeQuad(TFormat.Codes(panel, step, 2), scales, offsets, tile + 8 * stride, stride);
                DecodeQuad(TFormat.Codes(panel, step, 3), scales, offsets, tile + 12 * stride, stride);
                if (TFormat.GroupColumns == 16)
                {
                    scales = TFormat.Scales(panel, step, 1);
                    if (TFormat.HasOffset) offsets = TFormat.Offsets(panel, step, 1);
                }
                DecodeQuad(TFormat.Codes(panel, step, 4), scales, offsets, tile + 16 * stride, stride);
                DecodeQuad(TFormat.Codes(panel, step, 5), scales, offsets, tile + 20 * stride, stride);
                DecodeQuad(TFormat.Codes(panel, step, 6), scales, offsets, tile + 24 * stride, stride);
                DecodeQuad(TFormat.Codes(panel, step, 7), scales, offsets, tile + 28 * stride, stride);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void DecodeQuad(Vector256<byte> codes, Vector256<float> scales, Vector256<float> offsets, float* tile, nint stride)
    {
        Vector256<int> lanes = codes.AsInt32();
        Store(TFormat.Signed ? lanes << 24 >> 24 : lanes & Vector256.Create(0xFF), scales, offsets, tile);
        Store(TFormat.Signed ? lanes << 16 >> 24 : (lanes >> 8) & Vector256.Create(0xFF), scales, offsets, tile + stride);
        Store(TFormat.Signed ? lanes << 8 >> 24 : (lanes >> 16) & Vector256.Create(0xFF), scales, offsets, tile + 2 * stride);
        Store(TFormat.Signed ? lanes >> 24 : lanes >>> 24, scales, offsets, tile + 3 * stride);
    }

    /// <summary>
    /// Not fused: the products are exact (11 bits of d, at most 8 of a group scale, 5 of a code), so only the sum rounds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> codes, Vector256<float> scales, Vector256<float> offsets, float* tile)
    {
        if (TFormat.ZeroPoint != 0) codes -= Vector256.Create(TFormat.ZeroPoint);
        Vector256<float> values = Vector256.ConvertToSingle(codes) * scales;
        if (TFormat.HasOffset) values += offsets;
        values.Store(tile);
    }
}
