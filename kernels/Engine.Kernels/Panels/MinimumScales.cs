using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats.Blocks;
using Engine.Formats.Numerics;

namespace Engine.Kernels;

/// <summary>
/// How <see cref="Q4_K"/> and <see cref="Q5_K"/> scale: d and -dmin of 8 rows as floats, which saves their conversion in every group, then
/// per group of 32 columns 8 scale bytes and 8 minimum bytes.
/// </summary>
internal static unsafe class MinimumScales
{
    public const int Groups = 8;
    public const int Bytes = GroupsAt + Groups * 16;
    private const int MinusDMinAt = 32;
    private const int GroupsAt = 64;

    /// <summary>Puts a row in its place.</summary>
    public static void Put(byte* block, int row, ushort d, ushort dMin, ReadOnlySpan<byte> packed)
    {
        ((float*)block)[row] = Fp16.ToSingle(d);
        ((float*)(block + MinusDMinAt))[row] = -Fp16.ToSingle(dMin);
        for (int group = 0; group < Groups; group++)
        {
            (int scale, int min) = KScales.Get(packed, group);
            byte* scales = block + GroupsAt + group * 16;
            scales[row] = (byte)scale;
            scales[row + 8] = (byte)min;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, nint group) =>
        Vector256.ConvertToSingle(Lanes.Load(block + GroupsAt + group * 16)) * Vector256.Load((float*)block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Offsets(byte* block, nint group) =>
        Vector256.ConvertToSingle(Lanes.Load(block + GroupsAt + group * 16 + 8)) * Vector256.Load((float*)(block + MinusDMinAt));
}
