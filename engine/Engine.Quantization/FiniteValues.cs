namespace Engine.Quantization;

/// <summary>Refuses what no grid has a level for.</summary>
internal static class FiniteValues
{
    /// <summary>Throws where a value is infinite or NaN.</summary>
    /// <param name="values">The values.</param>
    /// <param name="name">The argument that they came in.</param>
    /// <exception cref="ArgumentException">A value is not finite; says which.</exception>
    public static void Require(ReadOnlySpan<float> values, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i])) throw new ArgumentException($"Value {i} is {values[i]}: it cannot be quantized.", name);
        }
    }
}
