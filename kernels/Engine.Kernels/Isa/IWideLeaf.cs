using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The operations on 64 bytes that kernels need and that .NET's portable vectors lack. A kernel is written once over them:
/// <see cref="HardwareLeaf"/> is AVX-512, <see cref="EmulatedLeaf"/> runs anywhere, so that all of a kernel's logic is tested on
/// machines without AVX-512. The portable operations beside them (sums, shifts, conversions, fused multiply-adds) have both forms in
/// .NET itself.
/// </summary>
internal interface IWideLeaf
{
    /// <summary>
    /// Per 16-bit lane the sum of two products of an unsigned and a signed byte, saturated (vpmaddubsw).
    /// </summary>
    static abstract Vector512<short> MultiplyAddAdjacent(Vector512<byte> left, Vector512<sbyte> right);

    /// <summary>Per 32-bit lane the sum of two products of 16 bits (vpmaddwd). -32768 in all four operands overflows.</summary>
    static abstract Vector512<int> MultiplyAddAdjacent(Vector512<short> left, Vector512<short> right);
}
