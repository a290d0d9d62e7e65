using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Scales d (s + 1/2) of 256 columns, as IQ2 and <see cref="Engine.Formats.Blocks.IQ3_XXS"/> have them: FP16 d of 8 rows, then per
/// 32 columns 8 bytes with the s of a half in each nibble, or with one s for all.
/// </summary>
internal static unsafe class HalfScales
{
    private const int StepsAt = 16;

    /// <summary>Bytes of all.</summary>
    public const int Bytes = StepsAt + 8 * Panel.Rows;

    /// <summary>Puts the d of a row in its place.</summary>
    public static void Put(byte* block, int row, ushort d) => ((ushort*)block)[row] = d;

    /// <summary>Puts the nibbles of a row's step in their place.</summary>
    public static void Put(byte* block, int row, int step, uint nibbles) => block[StepsAt + step * Panel.Rows + row] = (byte)nibbles;

    /// <summary>d (s + 1/2) of a half, exactly.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half)
    {
        Vector256<int> s = Lanes.Load(block + StepsAt + step * Panel.Rows);
        s = half == 0 ? s & Vector256.Create(15) : s >> 4;
        return Lanes.LoadFp16Scales((ushort*)block) * (Vector256.ConvertToSingle(s) + Vector256.Create(0.5f));
    }
}
