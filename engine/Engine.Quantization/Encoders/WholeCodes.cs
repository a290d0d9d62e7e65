using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>Every whole number from a lowest to a highest; ties go to the even one.</summary>
/// <param name="lowest">The lowest.</param>
/// <param name="highest">The highest.</param>
internal readonly struct WholeCodes(int lowest, int highest) : ICodes
{
    private readonly Vector256<float> _lowest = Vector256.Create((float)lowest);
    private readonly Vector256<float> _highest = Vector256.Create((float)highest);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Nearest(Vector256<float> scaled) => Grid.Round(scaled, _lowest, _highest);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Number(Vector256<float> scaled) => Vector256.ConvertToInt32Native(Nearest(scaled) - _lowest);
}
