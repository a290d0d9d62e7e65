namespace Engine.Quantization.Mixes;

/// <summary>What must hold for a rule; several are all needed.</summary>
[Flags]
internal enum Condition
{
    None = 0,

    /// <summary>At least four query heads share a key and value head, so that K and V are small.</summary>
    GroupedHeads = 1 << 0,

    /// <summary>At least four experts.</summary>
    ManyExperts = 1 << 1,

    /// <summary>Eight experts: Mixtral.</summary>
    EightExperts = 1 << 2,

    /// <summary>Another number of experts than eight.</summary>
    NotEightExperts = 1 << 3,

    /// <summary>The tensor is a stack of experts' matrices.</summary>
    ExpertStack = 1 << 4,

    Falcon = 1 << 5,
    NotFalcon = 1 << 6,

    /// <summary>There is an importance matrix.</summary>
    Importance = 1 << 7,

    /// <summary>There is no importance matrix.</summary>
    NoImportance = 1 << 8,
}
