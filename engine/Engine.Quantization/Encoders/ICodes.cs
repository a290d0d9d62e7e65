using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>The levels that a weight can take before it is scaled, for eight weights at once.</summary>
internal interface ICodes
{
    /// <summary>The level nearest to each number.</summary>
    /// <param name="scaled">Weights divided by their scale; no NaN.</param>
    Vector256<float> Nearest(Vector256<float> scaled);

    /// <summary>The numbers of those levels, counted from 0 for the lowest.</summary>
    /// <param name="scaled">Weights divided by their scale; no NaN.</param>
    Vector256<int> Number(Vector256<float> scaled);
}
