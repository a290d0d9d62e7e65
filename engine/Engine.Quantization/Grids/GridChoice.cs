namespace Engine.Quantization.Grids;

/// <summary>What a search has chosen for a super-block: everything but the step of the scales.</summary>
/// <param name="groups">Groups of the block.</param>
/// <param name="points">Points of the block.</param>
internal sealed class GridChoice(int groups, int points)
{
    /// <summary>The step of the scales, as it will be stored.</summary>
    public float Step { get; set; }

    /// <summary>The weighted squared error.</summary>
    public double Error { get; set; }

    /// <summary>The step that would suit scales and points best.</summary>
    public float BetterStep { get; set; }

    /// <summary>s of every group.</summary>
    public byte[] Scales { get; } = new byte[groups];

    /// <summary>The number of every point in its table.</summary>
    public int[] Points { get; } = new int[points];

    /// <summary>Which of the two ways to choose the signs or deltas of its unit each point belongs to.</summary>
    public byte[] Ways { get; } = new byte[points];

    /// <summary>Makes all weights zero.</summary>
    /// <param name="error">What that costs.</param>
    public void SetZero(double error)
    {
        (Step, BetterStep, Error) = (0, 0, error);
        Array.Clear(Scales);
        Array.Clear(Points);
        Array.Clear(Ways);
    }
}
