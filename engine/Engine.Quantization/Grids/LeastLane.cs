using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Grids;

/// <summary>The smallest of a vector's lanes.</summary>
internal static class LeastLane
{
    /// <summary>Its value; no lane is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Value(Vector256<float> lanes)
    {
        Vector128<float> four = Vector128.MinNative(lanes.GetLower(), lanes.GetUpper());
        Vector128<float> two = Vector128.MinNative(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MinNative(two, Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    /// <summary>The index of a number of which each lane has seen every eighth.</summary>
    /// <param name="lanes">The smallest number that each has seen.</param>
    /// <param name="least">The smallest of them.</param>
    /// <param name="where">How many vectors came before that with the number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Index(Vector256<float> lanes, float least, Vector256<int> where)
    {
        int lane = BitOperations.TrailingZeroCount(Vector256.Equals(lanes, Vector256.Create(least)).ExtractMostSignificantBits() | 0x80);
        return where.GetElement(lane) * Vector256<int>.Count + lane;
    }
}
