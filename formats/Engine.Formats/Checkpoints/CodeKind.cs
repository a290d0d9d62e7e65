namespace Engine.Formats.Checkpoints;

/// <summary>What the codes of a quantized matrix are.</summary>
public enum CodeKind
{
    /// <summary>Unsigned integers. Formats with signed ones are read with an offset, which the zero point takes back.</summary>
    Integer,

    /// <summary>FP4 E2M1, 16 codes.</summary>
    E2M1,

    /// <summary>FP8 E4M3, 256 codes.</summary>
    E4M3,

    /// <summary>Places in a table that the checkpoint brings along (NF4, the FP4 of bitsandbytes).</summary>
    Table,
}
