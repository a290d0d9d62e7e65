using Engine.Formats;

namespace Engine.Kernels;

/// <summary>What tells the IQ2 and IQ3 types apart: their codebook, and how a block holds points, signs and scales.</summary>
internal unsafe interface IPointBlock
{
    /// <inheritdoc cref="IIntegerFormat.Type"/>
    static abstract QuantType Type { get; }

    /// <inheritdoc cref="IIntegerCodes.GroupColumns"/>
    static abstract int GroupColumns { get; }

    /// <inheritdoc cref="IPointFormat.PointColumns"/>
    static abstract int PointColumns { get; }

    /// <summary>Bits of a point's number above the lowest eight: 0 to 2.</summary>
    static abstract int HighBits { get; }

    /// <inheritdoc cref="IPointFormat.Grid"/>
    static abstract byte* Grid { get; }

    /// <summary>The largest value of the grid.</summary>
    static abstract int Largest { get; }

    /// <summary>A scale is d (s + 1/2) times this.</summary>
    static abstract float Unit { get; }

    /// <summary>FP16 d.</summary>
    static abstract ushort D(byte* source);

    /// <summary>s of the columns from 32 * step + 16 * half on.</summary>
    static abstract int Scale(byte* source, int step, int half);

    /// <summary>The number of a point of 32 columns.</summary>
    static abstract int Point(byte* source, int step, int point);

    /// <summary>Signs of 32 columns: bit k is set where column k is negative.</summary>
    static abstract uint Signs(byte* source, int step);
}
