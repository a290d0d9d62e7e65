using Engine.Formats;
using Engine.Quantization.Conversion;

namespace Engine.Quantization.Budget;

/// <summary>How sensitivities are measured.</summary>
public sealed record SensitivityOptions
{
    /// <summary>About as many bits per weight as the plan will have: each tensor is tried in its largest type below.</summary>
    public double Bits { get; init; } = 4.5;

    /// <summary>The types to choose from; empty: <see cref="CandidateTypes.All"/>.</summary>
    public IReadOnlyList<QuantType> Types { get; init; } = [];

    /// <summary>How much the columns of each tensor count; null for no importance matrix.</summary>
    public ITensorImportance? Importance { get; init; }

    /// <summary>Threads, 0 for one per processor.</summary>
    public int Threads { get; init; }
}
