using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>One operation on the elements of two rows.</summary>
internal interface IElementOperation
{
    /// <summary>The result for eight elements; each lane for itself.</summary>
    Vector256<float> Invoke(Vector256<float> left, Vector256<float> right);
}

/// <summary>
/// Applies an operation to rows. The last, partial vector goes through the same vector code, so an element's bits do not depend on its
/// place.
/// </summary>
internal static class Elementwise
{
    private const int Lanes = 8;

    /// <summary>destination[i] = operation(left[i], right[i]); the spans have one length and may be the same.</summary>
    internal static void Map<TOperation>(TOperation operation, ReadOnlySpan<float> left, ReadOnlySpan<float> right, Span<float> destination)
        where TOperation : struct, IElementOperation
    {
        int length = destination.Length;
        if (left.Length != length || right.Length != length)
        {
            throw new ArgumentException($"Rows of {left.Length} and {right.Length} elements do not fit a row of {length}.");
        }
        ref float x = ref MemoryMarshal.GetReference(left);
        ref float y = ref MemoryMarshal.GetReference(right);
        ref float z = ref MemoryMarshal.GetReference(destination);
        int i = 0;
        for (; i <= length - Lanes; i += Lanes)
        {
            operation.Invoke(Vector256.LoadUnsafe(ref x, (nuint)i), Vector256.LoadUnsafe(ref y, (nuint)i)).StoreUnsafe(ref z, (nuint)i);
        }
        if (i < length)
        {
            Vector256<float> result = operation.Invoke(Partial(left[i..]), Partial(right[i..]));
            for (int lane = 0; i + lane < length; lane++) destination[i + lane] = result[lane];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> Partial(ReadOnlySpan<float> rest)
    {
        Span<float> padded = stackalloc float[Lanes];
        padded.Clear();
        rest.CopyTo(padded);
        return Vector256.Create<float>(padded);
    }
}

/// <summary>left + scale · right.</summary>
internal readonly struct AddScaled(float scale) : IElementOperation
{
    public Vector256<float> Invoke(Vector256<float> left, Vector256<float> right) =>
        Vector256.FusedMultiplyAdd(right, Vector256.Create(scale), left);
}

/// <summary>scale · left, then capped softly: c·tanh(x / c); a cap of 0 caps nothing.</summary>
internal readonly struct ScaleAndCap(float scale, float cap) : IElementOperation
{
    public Vector256<float> Invoke(Vector256<float> left, Vector256<float> right)
    {
        Vector256<float> scaled = left * scale;
        return cap == 0f ? scaled : VectorMath.Tanh(scaled / Vector256.Create(cap)) * cap;
    }
}
