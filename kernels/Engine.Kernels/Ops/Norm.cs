namespace Engine.Kernels;

/// <summary>Which statistics a normalisation divides by.</summary>
public enum NormKind
{
    /// <summary>Root mean square (Zhang and Sennrich, 2019).</summary>
    Rms,

    /// <summary>Mean and variance (Ba et al., 2016).</summary>
    Layer,
}

/// <summary>A normalisation of rows, or of equal groups of a row (the heads).</summary>
public sealed class Norm
{
    /// <summary>Makes a normalisation.</summary>
    /// <param name="kind">Root mean square or mean and variance.</param>
    /// <param name="epsilon">Added to the mean square or the variance before its root is taken.</param>
    /// <param name="weight">Factors, as many as a group has elements or as a row has.</param>
    /// <param name="bias">Terms, as many as factors; null: none.</param>
    /// <param name="groupSize">Elements that are normalised together; 0: the whole row.</param>
    public Norm(NormKind kind, float epsilon, float[] weight, float[]? bias = null, int groupSize = 0)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentOutOfRangeException.ThrowIfNegative(groupSize);
        if (bias is not null && bias.Length != weight.Length)
        {
            throw new ArgumentException($"{bias.Length} biases do not fit {weight.Length} weights.", nameof(bias));
        }
        (Kind, Epsilon, Weight, Bias, GroupSize) = (kind, epsilon, weight, bias, groupSize);
    }

    /// <summary>Root mean square or mean and variance.</summary>
    public NormKind Kind { get; }

    /// <summary>Added before the root is taken.</summary>
    public float Epsilon { get; }

    /// <summary>Factors.</summary>
    public float[] Weight { get; }

    /// <summary>Terms added after the factors; null: none.</summary>
    public float[]? Bias { get; }

    /// <summary>Elements that are normalised together; 0: the whole row.</summary>
    public int GroupSize { get; }
}
