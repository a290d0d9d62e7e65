namespace Engine.Formats.Blocks;

/// <summary>
/// A block under one scale, w = q d, that can be put together from its parts. q is one of the type's levels: every whole number from the
/// lowest to the highest, or those of a table.
/// </summary>
/// <typeparam name="TSelf">The block struct itself.</typeparam>
public interface IScaledBlock<TSelf> : IBlock<TSelf>
    where TSelf : unmanaged, IScaledBlock<TSelf>
{
    /// <summary>The lowest q.</summary>
    static abstract int LowestCode { get; }

    /// <summary>The highest q.</summary>
    static abstract int HighestCode { get; }

    /// <summary>Puts a block together.</summary>
    /// <param name="d">Scale, FP16.</param>
    /// <param name="codes">Of every weight, in order, the number of its level, counted from 0 for the lowest.</param>
    static abstract TSelf Pack(ushort d, ReadOnlySpan<byte> codes);
}

/// <summary>A block of codes under one scale and offset, w = q d + m, that can be put together from its parts.</summary>
/// <typeparam name="TSelf">The block struct itself.</typeparam>
public interface IOffsetBlock<TSelf> : IBlock<TSelf>
    where TSelf : unmanaged, IOffsetBlock<TSelf>
{
    /// <summary>The highest q; the lowest is 0.</summary>
    static abstract int HighestCode { get; }

    /// <summary>Puts a block together.</summary>
    /// <param name="d">Scale, FP16.</param>
    /// <param name="m">Offset, FP16.</param>
    /// <param name="codes">q of every weight, in order.</param>
    static abstract TSelf Pack(ushort d, ushort m, ReadOnlySpan<byte> codes);
}

/// <summary>
/// A super-block of 256, w = (d s) q with signed s, that can be put together from its parts; q as in <see cref="IScaledBlock{TSelf}"/>.
/// </summary>
/// <typeparam name="TSelf">The block struct itself.</typeparam>
public interface IScaledSuperBlock<TSelf> : IBlock<TSelf>
    where TSelf : unmanaged, IScaledSuperBlock<TSelf>
{
    /// <summary>Weights per group.</summary>
    static abstract int GroupSize { get; }

    /// <inheritdoc cref="IScaledBlock{TSelf}.LowestCode"/>
    static abstract int LowestCode { get; }

    /// <inheritdoc cref="IScaledBlock{TSelf}.HighestCode"/>
    static abstract int HighestCode { get; }

    /// <summary>s goes from -ScaleReach to ScaleReach - 1.</summary>
    static abstract int ScaleReach { get; }

    /// <summary>Puts a block together.</summary>
    /// <param name="d">Scale of the scales, FP16.</param>
    /// <param name="scales">s of every group.</param>
    /// <param name="codes">Of the 256 weights the number of their level, counted from 0 for the lowest.</param>
    static abstract TSelf Pack(ushort d, ReadOnlySpan<sbyte> scales, ReadOnlySpan<byte> codes);
}

/// <summary>A super-block of 256, w = (d s) q - (dmin m), that can be put together from its parts.</summary>
/// <typeparam name="TSelf">The block struct itself.</typeparam>
public interface IOffsetSuperBlock<TSelf> : IBlock<TSelf>
    where TSelf : unmanaged, IOffsetSuperBlock<TSelf>
{
    /// <summary>Weights per group.</summary>
    static abstract int GroupSize { get; }

    /// <summary>The highest q; the lowest is 0.</summary>
    static abstract int HighestCode { get; }

    /// <summary>The highest s and m; the lowest is 0.</summary>
    static abstract int HighestScale { get; }

    /// <summary>Puts a block together.</summary>
    /// <param name="d">Scale of the scales, FP16.</param>
    /// <param name="dMin">Scale of the minimums, FP16.</param>
    /// <param name="scales">s of every group.</param>
    /// <param name="minimums">m of every group.</param>
    /// <param name="codes">q of the 256 weights.</param>
    static abstract TSelf Pack(
        ushort d, ushort dMin, ReadOnlySpan<byte> scales, ReadOnlySpan<byte> minimums, ReadOnlySpan<byte> codes);
}
