namespace Engine.Formats.Checkpoints;

/// <summary>What a group has beside its scale.</summary>
public enum CenterKind
{
    /// <summary>Nothing: w = level x scale.</summary>
    None,

    /// <summary>A zero point among the codes: w = (level - zero) x scale. An integer but in HQQ.</summary>
    ZeroPoint,

    /// <summary>An addend: w = level x scale + offset.</summary>
    Offset,
}
