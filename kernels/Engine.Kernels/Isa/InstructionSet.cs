namespace Engine.Kernels;

/// <summary>The vector instructions that a kernel is written for. All of them give the same bits.</summary>
public enum InstructionSet
{
    /// <summary>No vector instruction assumed: the oracle of the tests, and the last resort.</summary>
    Scalar,

    /// <summary>Portable vectors of 16 bytes: ARM with NEON, x86 without AVX2, and whatever else .NET has such vectors for.</summary>
    Vector128,

    /// <summary>x86-64 with AVX2 and FMA.</summary>
    Avx2,

    /// <summary>x86-64 with AVX-512F and BW: vectors of 64 bytes.</summary>
    Avx512,

    /// <summary>The kernels of <see cref="Avx512"/> without its instructions: slow, but any machine tests their logic.</summary>
    Emulated512,
}
