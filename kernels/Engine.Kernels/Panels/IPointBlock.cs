using Engine.Formats;

namespace Engine.Kernels;

/// <summary>What tells the IQ2 and IQ3 types apart: their codebook, and how a block holds points, signs and scales.</summary>
internal unsafe interface IPointBlock : IPointScales
{
    /// <inheritdoc cref="IIntegerFormat.Type"/>
    static abstract QuantType Type { get; }

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

    /// <summary>The number of a point of 32 columns.</summary>
    static abstract int Point(byte* source, int step, int point);

    /// <summary>Signs of 32 columns: bit k is set where column k is negative.</summary>
    static abstract uint Signs(byte* source, int step);
}
