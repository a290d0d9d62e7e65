using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>The whole numbers of eight groups of a super-block: w = (d s) q - (dmin m).</summary>
/// <param name="S">s of each group.</param>
/// <param name="M">m of each group; 0 in a type without offsets.</param>
internal readonly record struct Multiples(Vector256<float> S, Vector256<float> M);

/// <summary>What those are multiples of, in units of the loaded values.</summary>
/// <param name="D">The step of the scales.</param>
/// <param name="DMin">The step of the minimums; 0 in a type without offsets.</param>
internal readonly record struct Steps(float D, float DMin);
