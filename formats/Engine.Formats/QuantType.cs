namespace Engine.Formats;

/// <summary>How a tensor's numbers are stored. The values are GGML's type ids, as a GGUF file carries them.</summary>
public enum QuantType : uint
{
    /// <summary>IEEE 754 single precision.</summary>
    F32 = 0,

    /// <summary>IEEE 754 half precision.</summary>
    F16 = 1,

    /// <summary>4 bits, symmetric, per 32.</summary>
    Q4_0 = 2,

    /// <summary>4 bits with an offset, per 32.</summary>
    Q4_1 = 3,

    /// <summary>5 bits, symmetric, per 32.</summary>
    Q5_0 = 6,

    /// <summary>5 bits with an offset, per 32.</summary>
    Q5_1 = 7,

    /// <summary>8 bits, symmetric, per 32.</summary>
    Q8_0 = 8,

    /// <summary>8 bits, per 32, with the sum; a form for activations.</summary>
    Q8_1 = 9,

    /// <summary>2 bits in super-blocks of 256.</summary>
    Q2_K = 10,

    /// <summary>3 bits in super-blocks of 256.</summary>
    Q3_K = 11,

    /// <summary>4 bits in super-blocks of 256.</summary>
    Q4_K = 12,

    /// <summary>5 bits in super-blocks of 256.</summary>
    Q5_K = 13,

    /// <summary>6 bits in super-blocks of 256.</summary>
    Q6_K = 14,

    /// <summary>8 bits, per 256, with sums; a form for activations.</summary>
    Q8_K = 15,

    /// <summary>Codebook of 256 points, 2.06 bits.</summary>
    IQ2_XXS = 16,

    /// <summary>Codebook of 512 points, 2.31 bits.</summary>
    IQ2_XS = 17,

    /// <summary>Codebook of 256 points, 3.06 bits.</summary>
    IQ3_XXS = 18,

    /// <summary>Codebook of 2048 ternary points, 1.56 bits.</summary>
    IQ1_S = 19,

    /// <summary>4 bits, non-linear levels, per 32.</summary>
    IQ4_NL = 20,

    /// <summary>Codebook of 512 points, 3.44 bits.</summary>
    IQ3_S = 21,

    /// <summary>Codebook of 1024 points, 2.56 bits.</summary>
    IQ2_S = 22,

    /// <summary>4 bits, non-linear levels, in super-blocks of 256.</summary>
    IQ4_XS = 23,

    /// <summary>8-bit integers.</summary>
    I8 = 24,

    /// <summary>16-bit integers.</summary>
    I16 = 25,

    /// <summary>32-bit integers.</summary>
    I32 = 26,

    /// <summary>64-bit integers.</summary>
    I64 = 27,

    /// <summary>IEEE 754 double precision.</summary>
    F64 = 28,

    /// <summary>Codebook of 2048 ternary points, 1.75 bits.</summary>
    IQ1_M = 29,

    /// <summary>The upper half of a single-precision float.</summary>
    BF16 = 30,

    /// <summary>Ternary, five to a byte.</summary>
    TQ1_0 = 34,

    /// <summary>Ternary in 2 bits.</summary>
    TQ2_0 = 35,

    /// <summary>E2M1 floats with a power-of-two scale, per 32.</summary>
    MXFP4 = 39,

    /// <summary>E2M1 floats with a UE4M3 scale per 16.</summary>
    NVFP4 = 40,

    /// <summary>1 bit, plus or minus the scale, per 128.</summary>
    Q1_0 = 41,

    /// <summary>2 bits, -1 to 2 times the scale, per 64.</summary>
    Q2_0 = 42,
}
