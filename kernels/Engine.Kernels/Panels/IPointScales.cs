namespace Engine.Kernels;

/// <summary>How a block of 256 columns in the file holds what <see cref="PointScales"/> keeps of it.</summary>
internal unsafe interface IPointScales
{
    /// <inheritdoc cref="IIntegerCodes.GroupColumns"/>
    static abstract int GroupColumns { get; }

    /// <summary>FP16 d.</summary>
    static abstract ushort D(byte* source);

    /// <summary>s of the columns from 32 * step + 16 * half on.</summary>
    static abstract int Scale(byte* source, int step, int half);
}
