using System.Runtime.InteropServices;
using Engine.Formats.Blocks;

namespace Engine.Kernels;

/// <summary>The codebooks as kernels look them up: a byte for each value of a point, 64-byte aligned, in memory that is never freed.</summary>
internal static unsafe class PointGrids
{
    /// <summary>Points of <see cref="IqGrids.IQ1"/> in eighths, 0, 8 or 16 instead of -1, 0 or 1.</summary>
    public static byte* IQ1 { get; } = Copy(IqGrids.IQ1, trit => 8 * (trit + 1));

    /// <summary>Points of <see cref="IqGrids.IQ2_XXS"/>.</summary>
    public static byte* IQ2_XXS { get; } = Copy(IqGrids.IQ2_XXS, magnitude => magnitude);

    /// <summary>Points of <see cref="IqGrids.IQ2_XS"/>.</summary>
    public static byte* IQ2_XS { get; } = Copy(IqGrids.IQ2_XS, magnitude => magnitude);

    /// <summary>Points of <see cref="IqGrids.IQ2_S"/>.</summary>
    public static byte* IQ2_S { get; } = Copy(IqGrids.IQ2_S, magnitude => magnitude);

    /// <summary>Points of <see cref="IqGrids.IQ3_XXS"/>, whose magnitudes are all even, halved.</summary>
    public static byte* IQ3_XXS { get; } = Copy(IqGrids.IQ3_XXS, magnitude => magnitude / 2);

    /// <summary>Points of <see cref="IqGrids.IQ3_S"/>.</summary>
    public static byte* IQ3_S { get; } = Copy(IqGrids.IQ3_S, magnitude => magnitude);

    private static byte* Copy(ReadOnlySpan<sbyte> grid, Func<int, int> value)
    {
        var copy = (byte*)NativeMemory.AlignedAlloc((nuint)grid.Length, NativeBuffer.Alignment);
        for (int i = 0; i < grid.Length; i++) copy[i] = (byte)value(grid[i]);
        return copy;
    }
}
