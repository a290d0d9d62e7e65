using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Formats.Blocks;

/// <summary>Finds infinities and NaNs among plain floats at memory speed.</summary>
internal static class FiniteScan
{
    /// <summary>Index of the first number whose exponent bits are all ones, or -1.</summary>
    /// <param name="numbers">Floats, as the integers of their bits.</param>
    /// <param name="exponent">The format's exponent bits.</param>
    public static int FirstNonFinite<T>(ReadOnlySpan<T> numbers, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector256<T> mask = Vector256.Create(exponent);
        ref T start = ref MemoryMarshal.GetReference(numbers);
        int width = Vector256<T>.Count;
        int i = 0;
        for (; i <= numbers.Length - 4 * width; i += 4 * width)
        {
            Vector256<T> found = AllOnes(ref start, i, mask) | AllOnes(ref start, i + width, mask)
                | AllOnes(ref start, i + 2 * width, mask) | AllOnes(ref start, i + 3 * width, mask);
            if (found != Vector256<T>.Zero) break;
        }
        for (; i < numbers.Length; i++)
        {
            if ((numbers[i] & exponent) == exponent) return i;
        }
        return -1;
    }

    private static Vector256<T> AllOnes<T>(ref T start, int index, Vector256<T> mask)
        where T : unmanaged
        => Vector256.Equals(Vector256.LoadUnsafe(ref start, (nuint)index) & mask, mask);
}
