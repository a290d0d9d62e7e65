using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats;

namespace Engine.Kernels;

/// <summary>What tells apart the types whose weights are d (q - 1) with a q of two bits.</summary>
internal unsafe interface IPairBlock
{
    /// <inheritdoc cref="IIntegerFormat.Type"/>
    static abstract QuantType Type { get; }

    /// <inheritdoc cref="IIntegerCodes.BlockColumns"/>
    static abstract int Columns { get; }

    /// <summary>FP16 d.</summary>
    static abstract ushort D(byte* source);

    /// <summary>Puts the q of a row's 32 columns in their place.</summary>
    static abstract void Put(byte* source, int step, byte* pairs, int row);
}

/// <summary>A panel block of ternary weights: per 32 columns two bits each, then FP16 d of 8 rows.</summary>
internal readonly unsafe struct PairFormat<TBlock> : IIntegerFormat
    where TBlock : struct, IPairBlock
{
    public static QuantType Type => TBlock.Type;
    public static int BlockColumns => TBlock.Columns;
    public static int BlockBytes => ScalesAt + 16;
    public static int GroupColumns => 32;
    public static int Headroom => 8;
    public static bool Signed => false;
    public static int ZeroPoint => 1;
    public static bool HasOffset => false;

    private static int ScalesAt
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TBlock.Columns / TokenTile.Columns * BitPairs.Bytes;
    }

    public static void Interleave(byte* rows, nint rowBytes, byte* block)
    {
        for (int row = 0; row < Panel.Rows; row++, rows += rowBytes)
        {
            for (int step = 0; step < BlockColumns / TokenTile.Columns; step++) TBlock.Put(rows, step, block + step * BitPairs.Bytes, row);
            ((ushort*)(block + ScalesAt))[row] = TBlock.D(rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => BitPairs.Codes(block + step * BitPairs.Bytes, quad, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Lanes.LoadFp16Scales((ushort*)(block + ScalesAt));

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;
}
