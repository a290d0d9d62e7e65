using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Engine.Kernels;

/// <summary>
/// Products of four neighbouring codes with four activations, added up in each of four lanes, in vectors of 16 bytes: by the instruction
/// where an ARM processor has it, else by operations that every vector unit has.
/// </summary>
internal static class Dots
{
    /// <summary>sum + the four products of each lane.</summary>
    /// <param name="sum">Four sums.</param>
    /// <param name="codes">Codes, -127 to 127.</param>
    /// <param name="activations">Activations, -127 to 127.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<sbyte> codes, Vector128<sbyte> activations) =>
        Dp.IsSupported ? Dp.DotProduct(sum, codes, activations) : AddPortable(sum, codes, activations);

    /// <inheritdoc cref="Add(Vector128{int}, Vector128{sbyte}, Vector128{sbyte})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> AddPortable(Vector128<int> sum, Vector128<sbyte> codes, Vector128<sbyte> activations)
    {
        // Two products of at most 127 x 127 fit 16 bits.
        Vector128<short> pairs = Even(codes) * Even(activations) + Odd(codes) * Odd(activations);
        return sum + (pairs.AsInt32() << 16 >> 16) + (pairs.AsInt32() >> 16);
    }

    /// <summary>sum + the four products of each lane, for activations of 16 bits.</summary>
    /// <param name="sum">Four sums.</param>
    /// <param name="codes">Codes, -128 to 127.</param>
    /// <param name="even">Activations of the codes at places 0 and 2 of each lane.</param>
    /// <param name="odd">Those of the codes at places 1 and 3.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> sum, Vector128<sbyte> codes, Vector128<short> even, Vector128<short> odd) =>
        sum + Products(Even(codes), even) + Products(Odd(codes), odd);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Products(Vector128<short> left, Vector128<short> right) =>
        (left.AsInt32() << 16 >> 16) * (right.AsInt32() << 16 >> 16) + (left.AsInt32() >> 16) * (right.AsInt32() >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Even(Vector128<sbyte> bytes) => bytes.AsInt16() << 8 >> 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Odd(Vector128<sbyte> bytes) => bytes.AsInt16() >> 8;
}
