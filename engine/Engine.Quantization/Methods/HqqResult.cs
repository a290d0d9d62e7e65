namespace Engine.Quantization.Methods;

/// <summary>Weights quantized by HQQ: w = scale (code - zero), scale and zero those of the weight's group.</summary>
/// <param name="Codes">In the order of the weights.</param>
/// <param name="Scales">One per group.</param>
/// <param name="Zeros">One per group; not whole numbers.</param>
/// <param name="Axis">How groups lie in the weights, see <see cref="HqqOptions.Axis"/>.</param>
public sealed record HqqResult(byte[] Codes, float[] Scales, float[] Zeros, int Axis)
{
    /// <summary>The weights.</summary>
    public float[] Decode()
    {
        var weights = new float[Codes.Length];
        int size = Codes.Length / Math.Max(Scales.Length, 1);
        for (int group = 0; group < Scales.Length; group++)
        {
            for (int k = 0; k < size; k++)
            {
                int index = IndexOf(group, k);
                weights[index] = (Codes[index] - Zeros[group]) * Scales[group];
            }
        }
        return weights;
    }

    /// <summary>Where weight <paramref name="k"/> of a group lies.</summary>
    internal int IndexOf(int group, int k) => Axis == 1 ? group * (Codes.Length / Scales.Length) + k : k * Scales.Length + group;
}
