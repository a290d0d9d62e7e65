using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Two panels as a prompt reads them, in one memory: per step 8 vectors of codes, one or two of scales, as many of offsets, all of 64 bytes.
/// Signed codes are widened to 16 bits, in 16 vectors that pair columns as a <see cref="TokenTile"/> does.
/// </summary>
internal readonly unsafe struct UnpackedPair<TCodes>
    where TCodes : struct, IIntegerCodes
{
    private const int VectorBytes = 64;

    /// <summary>Bytes of the codes of a step, with which it starts.</summary>
    public static int CodesBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TCodes.Signed ? 16 : 8) * VectorBytes;
    }

    /// <summary>Bytes of the codes of a group.</summary>
    public static int GroupBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TCodes.GroupColumns == 16 ? CodesBytes / 2 : CodesBytes;
    }

    /// <summary>Bytes of a step.</summary>
    public static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CodesBytes + (TCodes.HasOffset ? 2 * FieldBytes : FieldBytes);
    }

    private static int FieldBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TCodes.GroupColumns == 16 ? 2 * VectorBytes : VectorBytes;
    }

    /// <summary>Scales of a step, or of one of its halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scales(byte* block, int half) => Field(block + CodesBytes, half);

    /// <summary>Offsets, as scales are; 0 where the type has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Offsets(byte* block, int half) =>
        TCodes.HasOffset ? Field(block + CodesBytes + FieldBytes, half) : default;

    /// <summary>Unpacks whole blocks of two panels.</summary>
    /// <param name="packed">The first block of the first panel.</param>
    /// <param name="next">Bytes from there to the second panel.</param>
    /// <param name="columns">How many columns they have together.</param>
    /// <param name="unpacked">Receives columns / 32 blocks of this kind.</param>
    public static void Unpack(byte* packed, nint next, int columns, byte* unpacked)
    {
        for (int block = 0; block < columns / TCodes.BlockColumns; block++, packed += TCodes.BlockBytes)
            for (int step = 0; step < TCodes.BlockColumns / TokenTile.Columns; step++, unpacked += BlockBytes)
            {
                Put(NativePair<TCodes>.Codes(packed, next, step, 0), unpacked, 0);
                Put(NativePair<TCodes>.Codes(packed, next, step, 1), unpacked, 1);
                Put(NativePair<TCodes>.Codes(packed, next, step, 2), unpacked, 2);
                Put(NativePair<TCodes>.Codes(packed, next, step, 3), unpacked, 3);
                Put(NativePair<TCodes>.Codes(packed, next, step, 4), unpacked, 4);
                Put(NativePair<TCodes>.Codes(packed, next, step, 5), unpacked, 5);
                Put(NativePair<TCodes>.Codes(packed, next, step, 6), unpacked, 6);
                Put(NativePair<TCodes>.Codes(packed, next, step, 7), unpacked, 7);
                var field = (float*)(unpacked + CodesBytes);
                NativePair<TCodes>.Scales(packed, next, step, 0).Store(field);
                if (TCodes.GroupColumns == 16) NativePair<TCodes>.Scales(packed, next, step, 1).Store(field + 16);
                if (!TCodes.HasOffset) continue;
                field += FieldBytes / sizeof(float);
                NativePair<TCodes>.Offsets(packed, next, step, 0).Store(field);
                if (TCodes.GroupColumns == 16) NativePair<TCodes>.Offsets(packed, next, step, 1).Store(field + 16);
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector512<byte> codes, byte* unpacked, int quad)
    {
        if (TCodes.Signed)
        {
            Words.Even(codes).Store(unpacked + 2 * quad * VectorBytes);
            Words.Odd(codes).Store(unpacked + (2 * quad + 1) * VectorBytes);
        }
        else
        {
            codes.Store(unpacked + quad * VectorBytes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Field(byte* field, int half) =>
        Vector512.Load((float*)(field + (TCodes.GroupColumns == 16 ? half * VectorBytes : 0)));
}
