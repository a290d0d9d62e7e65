namespace Engine.Kernels;

/// <summary>Neighbouring rows of an activation, one per token, or some columns of them.</summary>
/// <param name="pointer">The first value of the first row.</param>
/// <param name="stride">Floats from one row to the next.</param>
/// <param name="count">Rows.</param>
internal readonly unsafe struct FloatRows(float* pointer, nint stride, int count)
{
    /// <summary>The first value of the first row.</summary>
    public float* Pointer => pointer;

    /// <summary>Floats from one row to the next.</summary>
    public nint Stride => stride;

    /// <summary>Rows.</summary>
    public int Count => count;

    /// <summary>Some rows of an activation.</summary>
    public static FloatRows Of(Activation activation, int first, int count) =>
        new(activation.Pointer + (nint)first * activation.Stride, activation.Stride, count);

    /// <summary>The same rows from a later column on.</summary>
    public FloatRows From(int column) => new(pointer + column, stride, count);

    /// <summary>The first values of a row.</summary>
    public Span<float> Row(int index, int length) => new(pointer + index * stride, length);
}
