using System.Diagnostics.CodeAnalysis;

namespace Engine.Formats.Safetensors;

/// <summary>Element type of a safetensors tensor; the names are the format's own.</summary>
public enum SafetensorsDType
{
    /// <summary>One byte, 0 or 1.</summary>
    BOOL,

    /// <summary>E2M1, 4 bits, two to a byte.</summary>
    F4,

    /// <summary>E2M3, 6 bits.</summary>
    F6_E2M3,

    /// <summary>E3M2, 6 bits.</summary>
    F6_E3M2,

    /// <summary>Unsigned integer of 8 bits.</summary>
    U8,

    /// <summary>Signed integer of 8 bits.</summary>
    I8,

    /// <summary>E5M2 with infinities and NaN.</summary>
    F8_E5M2,

    /// <summary>E4M3 without infinities.</summary>
    F8_E4M3,

    /// <summary>A power of two: the scale of MX formats.</summary>
    F8_E8M0,

    /// <summary>E4M3 with one NaN and no negative zero.</summary>
    F8_E4M3FNUZ,

    /// <summary>E5M2 with one NaN and no negative zero.</summary>
    F8_E5M2FNUZ,

    /// <summary>Signed integer of 16 bits.</summary>
    I16,

    /// <summary>Unsigned integer of 16 bits.</summary>
    U16,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>Signed integer of 32 bits.</summary>
    I32,

    /// <summary>Unsigned integer of 32 bits.</summary>
    U32,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>Complex number of two binary32.</summary>
    C64,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>Signed integer of 64 bits.</summary>
    I64,

    /// <summary>Unsigned integer of 64 bits.</summary>
    U64,
}

/// <summary>Names and sizes of the element types.</summary>
public static class SafetensorsDTypes
{
    private static readonly Dictionary<string, SafetensorsDType> ByName =
        Enum.GetValues<SafetensorsDType>().ToDictionary(type => type.ToString(), StringComparer.Ordinal);

    /// <summary>Looks for a type by the format's name, in which case matters.</summary>
    public static bool TryParse(string name, [MaybeNullWhen(false)] out SafetensorsDType type) => ByName.TryGetValue(name, out type);

    /// <summary>Bits per element.</summary>
    public static int Bits(this SafetensorsDType type) => type switch
    {
        SafetensorsDType.F4 => 4,
        SafetensorsDType.F6_E2M3 or SafetensorsDType.F6_E3M2 => 6,
        < SafetensorsDType.I16 => 8,
        < SafetensorsDType.I32 => 16,
        < SafetensorsDType.C64 => 32,
        _ => 64,
    };
}
