namespace Engine.Formats.Gguf;

/// <summary>Type of a metadata value, by the numbers of the GGUF specification.</summary>
public enum GgufValueType : uint
{
    /// <summary>Unsigned integer of 8 bits.</summary>
    UInt8 = 0,

    /// <summary>Signed integer of 8 bits.</summary>
    Int8 = 1,

    /// <summary>Unsigned integer of 16 bits.</summary>
    UInt16 = 2,

    /// <summary>Signed integer of 16 bits.</summary>
    Int16 = 3,

    /// <summary>Unsigned integer of 32 bits.</summary>
    UInt32 = 4,

    /// <summary>Signed integer of 32 bits.</summary>
    Int32 = 5,

    /// <summary>IEEE 754 binary32.</summary>
    Float32 = 6,

    /// <summary>One byte, 0 or 1.</summary>
    Bool = 7,

    /// <summary>Bytes with their count before them, UTF-8 by intent.</summary>
    String = 8,

    /// <summary>Elements of one type, which may itself be an array.</summary>
    Array = 9,

    /// <summary>Unsigned integer of 64 bits.</summary>
    UInt64 = 10,

    /// <summary>Signed integer of 64 bits.</summary>
    Int64 = 11,

    /// <summary>IEEE 754 binary64.</summary>
    Float64 = 12,
}
