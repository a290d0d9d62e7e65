using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// How a class of codes is multiplied in 64-byte vectors, lane = row. As <see cref="IColumnSum"/> says, the largest code decides how many
/// sums of two products fit 16 bits before they are widened. Sums of four are formed beside the running one: with everything added to that in
/// turn, the kernel took a tenth longer on Zen 4.
/// </summary>
internal unsafe interface IWideSum
{
    /// <summary>Adds the products of four vectors of codes with a token's activations.</summary>
    /// <param name="sum">What was added so far in this group, 0 at first: lanes of 16 or of 32 bits, as the class likes.</param>
    /// <param name="w0">Codes.</param>
    /// <param name="w1">The codes after them, and so on.</param>
    /// <param name="w2">Third vector.</param>
    /// <param name="w3">Fourth vector.</param>
    /// <param name="x">The first word of the activations that belong to them.</param>
    /// <param name="stride">Bytes from one word to the next.</param>
    static abstract Vector512<int> Add(
        Vector512<int> sum, Vector512<byte> w0, Vector512<byte> w1, Vector512<byte> w2, Vector512<byte> w3, byte* x, int stride);

    /// <summary>The sum in lanes of 32 bits.</summary>
    static abstract Vector512<int> End(Vector512<int> sum);
}
