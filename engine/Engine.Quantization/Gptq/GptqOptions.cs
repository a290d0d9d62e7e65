namespace Engine.Quantization.Gptq;

/// <summary>The order in which GPTQ quantizes the columns of a matrix.</summary>
public enum GptqOrder
{
    /// <summary>As they stand.</summary>
    Natural,

    /// <summary>
    /// By falling diagonal element of the Hessian: what matters most first, while the most columns are left to make errors good
    /// (desc_act). Unless groups are static, they are formed in this order, and the file needs g_idx.
    /// </summary>
    Descending,

    /// <summary>
    /// Groups stay as they stand and are taken by their falling largest diagonal element, the columns of one by theirs (act_group_aware):
    /// most of the gain of <see cref="Descending"/>, without g_idx.
    /// </summary>
    GroupAware,
}

/// <summary>How GPTQ quantizes. Names and defaults are GPTQModel's.</summary>
public sealed record GptqOptions
{
    /// <summary>Bits of a code, 2 to 8.</summary>
    public int Bits { get; init; } = 4;

    /// <summary>Columns that share a scale, a divisor of the columns; -1: all of a row.</summary>
    public int GroupSize { get; init; } = 128;

    /// <summary>Zero in the middle of the codes; otherwise each group has a zero point.</summary>
    public bool Symmetric { get; init; } = true;

    /// <summary>The order of the columns.</summary>
    public GptqOrder Order { get; init; } = GptqOrder.GroupAware;

    /// <summary>Whether groups take scale and zero point from the original weights instead of those already corrected.</summary>
    public bool StaticGroups { get; init; }

    /// <summary>Share of the mean diagonal element that is added to the diagonal, above 0 and below 1.</summary>
    public double Damping { get; init; } = 0.05;

    /// <summary>What is added to <see cref="Damping"/> each time the Hessian is not positive definite; at least 0.001.</summary>
    public double DampingStep { get; init; } = 0.01;

    /// <summary>
    /// Exponent of the error for which a group's range is searched, from all of it down to a fifth (2.4 is usual); 0: the whole range.
    /// </summary>
    public double RangeNorm { get; init; }

    /// <summary>Whether scales are rounded to FP16, as files keep them, before they are used.</summary>
    public bool HalfScales { get; init; } = true;

    /// <exception cref="ArgumentOutOfRangeException">A value outside its range.</exception>
    /// <exception cref="ArgumentException">The groups do not divide the columns.</exception>
    internal void Check(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Bits, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Bits, 8);
        if (!(Damping > 0 && Damping < 1)) throw new ArgumentOutOfRangeException(nameof(Damping), Damping, "Damping is above 0 and below 1.");
        // Every step costs a factorization, and one that the damping's rounding swallows would never end.
        if (!(DampingStep >= 0.001)) throw new ArgumentOutOfRangeException(nameof(DampingStep), DampingStep, "The step is at least 0.001.");
        if (!(RangeNorm >= 0)) throw new ArgumentOutOfRangeException(nameof(RangeNorm), RangeNorm, "The norm is 0 or more.");
        if (GroupSize != -1 && (GroupSize < 1 || columns % GroupSize != 0))
            throw new ArgumentException($"Groups of {GroupSize} do not divide {columns} columns.", nameof(GroupSize));
    }
}
