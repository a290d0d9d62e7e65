using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The same codes with a byte each and floats as scales: what a panel becomes when it is multiplied with many tokens. A block is a
/// step: 8 vectors of codes, one or two of scales, as many of offsets.
/// </summary>
internal readonly unsafe struct UnpackedCodes<TCodes> : IIntegerCodes
    where TCodes : struct, IIntegerCodes
{
    /// <summary>Bytes of the codes, with which a block starts.</summary>
    public const int CodesBytes = 256;

    private static int FieldBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TCodes.GroupColumns == 16 ? 64 : 32;
    }

    public static int BlockColumns => 32;

    public static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CodesBytes + (TCodes.HasOffset ? 2 * FieldBytes : FieldBytes);
    }

    public static int GroupColumns => TCodes.GroupColumns;
    public static int Headroom => TCodes.Headroom;
    public static bool Signed => TCodes.Signed;
    public static int ZeroPoint => TCodes.ZeroPoint;
    public static bool HasOffset => TCodes.HasOffset;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad) => Vector256.Load(block + 32 * quad);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) => Vector256.Load((float*)(block + CodesBytes + 32 * half));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, int step, int half) =>
        Vector256.Load((float*)(block + CodesBytes + FieldBytes + 32 * half));

    /// <summary>Unpacks whole blocks.</summary>
    /// <param name="packed">Their first.</param>
    /// <param name="columns">How many columns they have together.</param>
    /// <param name="unpacked">Receives columns / 32 blocks of this kind.</param>
    public static void Unpack(byte* packed, int columns, byte* unpacked)
    {
        for (int block = 0; block < columns / TCodes.BlockColumns; block++, packed += TCodes.BlockBytes)
            for (int step = 0; step < TCodes.BlockColumns / BlockColumns; step++, unpacked += BlockBytes)
            {
                TCodes.Codes(packed, step, 0).Store(unpacked);
                TCodes.Codes(packed, step, 1).Store(unpacked + 32);
                TCodes.Codes(packed, step, 2).Store(unpacked + 64);
                TCodes.Codes(packed, step, 3).Store(unpacked + 96);
                TCodes.Codes(packed, step, 4).Store(unpacked + 128);
                TCodes.Codes(packed, step, 5).Store(unpacked + 160);
                TCodes.Codes(packed, step, 6).Store(unpacked + 192);
                TCodes.Codes(packed, step, 7).Store(unpacked + 224);
                TCodes.Scales(packed, step, 0).Store((float*)(unpacked + CodesBytes));
                if (TCodes.GroupColumns == 16) TCodes.Scales(packed, step, 1).Store((float*)(unpacked + CodesBytes + 32));
                if (!TCodes.HasOffset) continue;
                TCodes.Offsets(packed, step, 0).Store((float*)(unpacked + CodesBytes + FieldBytes));
                if (TCodes.GroupColumns == 16) TCodes.Offsets(packed, step, 1).Store((float*)(unpacked + CodesBytes + FieldBytes + 32));
            }
    }
}
