using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Signed scales of groups: FP16 d of 8 rows, then per group of columns 8 signed scale bytes.</summary>
internal static unsafe class SignedScales
{
    private const int GroupsAt = 16;

    /// <summary>Bytes of that many groups and d.</summary>
    public const int BytesOf8 = GroupsAt + 8 * Panel.Rows, BytesOf16 = GroupsAt + 16 * Panel.Rows;

    /// <summary>Puts the d of a row in its place.</summary>
    public static void Put(byte* block, int row, ushort d) => ((ushort*)block)[row] = d;

    /// <summary>Puts the scale of a row's group in its place.</summary>
    public static void Put(byte* block, int row, int group, int scale) => block[GroupsAt + group * Panel.Rows + row] = (byte)scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int group) =>
        Lanes.LoadFp16Scales((ushort*)block) * Vector256.ConvertToSingle(Lanes.Load((sbyte*)block + GroupsAt + group * Panel.Rows));
}
