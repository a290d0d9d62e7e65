using Engine.Formats;

namespace Engine.Kernels;

/// <summary>What tells the IQ1 types apart: how a block of theirs holds points, deltas and scales.</summary>
internal unsafe interface IIQ1Block : IPointScales
{
    /// <inheritdoc cref="IIntegerFormat.Type"/>
    static abstract QuantType Type { get; }

    /// <summary>The number of the point with the columns from 32 * step + 8 * point on.</summary>
    static abstract int Point(byte* source, int step, int point);

    /// <summary>Whether the delta of those columns is negative.</summary>
    static abstract bool IsNegative(byte* source, int step, int point);
}
