namespace Engine.Quantization.Methods;

/// <summary>How HQQ quantizes; defaults of its authors' library (hqq 0.2.8).</summary>
public sealed record HqqOptions
{
    /// <summary>Bits of a code, 1 to 8.</summary>
    public int Bits { get; init; } = 4;

    /// <summary>Weights that share scale and zero, a divisor of all.</summary>
    public int GroupSize { get; init; } = 64;

    /// <summary>1: a group is a run of weights; 0: the matrix is cut into as many runs as a group has weights, and a group takes one of each.</summary>
    public int Axis { get; init; } = 1;

    /// <summary>Steps of the search for the zero; 0: the range alone decides.</summary>
    public int Rounds { get; init; } = 20;

    /// <summary>Exponent of the error that is made small; below 1 a few large errors are cheap.</summary>
    public double Norm { get; init; } = 0.7;

    internal void Check(int weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Bits, 8);
        ArgumentOutOfRangeException.ThrowIfNegative(Rounds);
        if (Axis is not (0 or 1)) throw new ArgumentOutOfRangeException(nameof(Axis), Axis, "The axis is 0 or 1.");
        if (!(Norm is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(Norm), Norm, "The norm is above 0 and at most 1.");
        if (GroupSize < 1 || weights % GroupSize != 0)
            throw new ArgumentException($"Groups of {GroupSize} do not divide {weights} weights.", nameof(GroupSize));
    }
}
