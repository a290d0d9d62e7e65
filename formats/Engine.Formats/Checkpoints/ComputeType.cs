using Engine.Formats.Numerics;

namespace Engine.Formats.Checkpoints;

/// <summary>The number type in which a format's own tool computes the weights; products are rounded to it.</summary>
public enum ComputeType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>bfloat16.</summary>
    BF16,
}

/// <summary>Rounding to a compute type.</summary>
internal static class ComputeTypes
{
    /// <summary>The nearest number of the type, ties to even.</summary>
    public static float Round(this ComputeType type, float value) => type switch
    {
        ComputeType.F16 => Fp16.ToSingle(Fp16.FromSingle(value)),
        ComputeType.BF16 => Bf16.ToSingle(Bf16.FromSingle(value)),
        _ => value,
    };

    /// <summary>The type of weights that holds the type's numbers.</summary>
    public static QuantType ToQuantType(this ComputeType type) => type switch
    {
        ComputeType.F16 => QuantType.F16,
        ComputeType.BF16 => QuantType.BF16,
        _ => QuantType.F32,
    };
}
