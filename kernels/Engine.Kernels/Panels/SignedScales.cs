using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats.Numerics;

namespace Engine.Kernels;

/// <summary>Signed scales of groups: d of 8 rows as floats, then per group of columns 8 signed scale bytes.</summary>
internal static unsafe class SignedScales
{
    private const int GroupsAt = 32;

    /// <summary>Bytes of that many groups and d.</summary>
    public const int BytesOf8 = GroupsAt + 8 * Panel.Rows, BytesOf16 = GroupsAt + 16 * Panel.Rows;

    /// <summary>Puts the d of a row in its place.</summary>
    public static void Put(byte* block, int row, ushort d) => ((float*)block)[row] = Fp16.ToSingle(d);

    /// <summary>Puts the scale of a row's group in its place.</summary>
    public static void Put(byte* block, int row, int group, int scale) => block[GroupsAt + group * Panel.Rows + row] = (byte)scale;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, nint group) =>
        Vector256.ConvertToSingle(Lanes.Load((sbyte*)block + GroupsAt + group * Panel.Rows)) * Vector256.Load((float*)block);
}
