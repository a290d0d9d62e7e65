using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>How the codes of a block type lie in a row of <see cref="BlockKv{TBlock, TCodes}"/>.</summary>
internal unsafe interface IKvCodes
{
    /// <summary>Bytes of a row: 32 codes.</summary>
    static abstract int RowBytes { get; }

    /// <summary>Whether a row also has 32 bits: the fifth of every code.</summary>
    static abstract bool HasFifthBits { get; }

    /// <summary>Eight codes of a row.</summary>
    /// <param name="codes">The row's bytes.</param>
    /// <param name="fifthBits">The row's fifth bits, if it has them.</param>
    /// <param name="part">A constant: 0 and 1 for the first 16 codes, 2 and 3 for the last.</param>
    static abstract Vector256<int> Load(byte* codes, byte* fifthBits, int part);
}

/// <summary>Signed bytes.</summary>
internal readonly unsafe struct ByteCodes : IKvCodes
{
    public static int RowBytes => 32;

    public static bool HasFifthBits => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* codes, byte* fifthBits, int part) => Lanes.Load((sbyte*)codes + 8 * part);
}

/// <summary>The first 16 codes in the low nibbles, the last in the high ones.</summary>
internal readonly unsafe struct NibbleCodes : IKvCodes
{
    public static int RowBytes => 16;

    public static bool HasFifthBits => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* codes, byte* fifthBits, int part)
    {
        Vector256<int> bytes = Lanes.Load(codes + 8 * (part & 1));
        return part < 2 ? bytes & Vector256.Create(15) : bytes >> 4;
    }
}

/// <summary>Nibbles, and a fifth bit each.</summary>
internal readonly unsafe struct FiveBitCodes : IKvCodes
{
    public static int RowBytes => 16;

    public static bool HasFifthBits => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* codes, byte* fifthBits, int part)
    {
        Vector256<int> place = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128) << (8 * part);
        Vector256<int> isSet = Vector256.Equals(Vector256.Create(*(int*)fifthBits) & place, place);
        return NibbleCodes.Load(codes, fifthBits, part) | (isSet & Vector256.Create(16));
    }
}

/// <summary>Nibbles that number the levels of <see cref="IQ4_NL"/>.</summary>
internal readonly unsafe struct LevelCodes : IKvCodes
{
    private static readonly Vector128<sbyte> Levels = Vector128.Create(IQ4_NL.Levels);

    public static int RowBytes => 16;

    public static bool HasFifthBits => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* codes, byte* fifthBits, int part)
    {
        Vector128<byte> bytes = Vector128.CreateScalar(*(ulong*)(codes + 8 * (part & 1))).AsByte();
        bytes = part < 2 ? bytes & Vector128.Create((byte)15) : bytes >> 4;
        return Lanes.Widen(Vector128.ShuffleNative(Levels, bytes.AsSByte()));
    }
}
