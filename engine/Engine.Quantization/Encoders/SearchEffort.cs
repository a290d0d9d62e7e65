namespace Engine.Quantization.Encoders;

/// <summary>How long the searches for scales try.</summary>
internal sealed class SearchEffort
{
    /// <summary>What a run does that asks for nothing else.</summary>
    public static SearchEffort Default { get; } = new();

    /// <summary>What a comparison with other encoders does: it may take a few times as long.</summary>
    public static SearchEffort Thorough { get; } = new() { Rounds = 8, ScaleNeighbours = 3, Density = 3, Restarts = Range(0.96f, 0.01f, 9) };

    /// <summary>Most rounds of least squares and neighbours.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>How far from a group's scale its neighbours are tried.</summary>
    public int ScaleNeighbours { get; init; } = 2;

    /// <summary>From how many times the step of the scales that was found the search sets out again.</summary>
    public IReadOnlyList<float> Restarts { get; init; } = [];

    /// <summary>Changes of scale and minimum that are tried; the opposite ones as well.</summary>
    public IReadOnlyList<(int Scale, int Minimum)> Neighbours { get; init; } = [(1, 0), (0, 1), (1, 1), (1, -1)];

    /// <summary>How many times as many steps are tried for a group.</summary>
    public int Density { get; init; } = 1;

    /// <summary>For <see cref="AffineGroups.Fit"/>: the fewer codes there are, the more depends on where they lie.</summary>
    public float[] AffineSteps(int highestCode) => highestCode switch
    {
        <= 3 => Spread(-0.9f, 0.84f, 12),
        <= 15 => Spread(-0.9f, 1, 12),
        _ => Spread(-0.9f, 1, 13),
    };

    /// <summary>For <see cref="AffineGroups.Fit"/> where nothing follows it.</summary>
    public float[] FineAffineSteps() => Range(-0.9f, 0.05f, 38);

    /// <summary>For <see cref="SymmetricGroups{TCodes}.Fit"/>: the extreme near the end that reaches further, and near the other.</summary>
    public float[] SymmetricSteps(int lowest, int highest) => highest switch
    {
        < 8 => [lowest, highest, .. Spread(lowest - 0.9f, lowest + 0.9f, 10), .. Spread(highest - 0.4f, highest + 0.6f, 4)],
        _ => [lowest, highest, .. Spread(lowest - 0.9f, lowest + 0.9f, 6), .. Spread(highest - 0.4f, highest + 0.6f, 2)],
    };

    /// <summary>The same where levels are not a whole number apart but some ten.</summary>
    public float[] LevelSteps(int lowest, int highest)
        => [lowest, highest, .. Range(lowest - 11, 1.25f, 18), .. Range(highest - 10, 2, 10)];

    /// <summary>For <see cref="ScaleStep.Choose"/>.</summary>
    public float[] ScaleTries(int highestScale) => highestScale < 16 ? Range(-2.5f, 0.25f, 14) : Range(-1.5f, 0.25f, 8);

    private float[] Spread(float first, float last, int count) => Range(first, (last - first) / (count * Density - 1), count * Density);

    private static float[] Range(float first, float step, int count)
        => [.. Enumerable.Range(0, count).Select(i => first + step * i)];
}
