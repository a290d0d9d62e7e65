namespace Engine.Kernels;

/// <summary>The vector instructions that a kernel is written for. All of them give the same bits.</summary>
public enum InstructionSet
{
    /// <summary>No vector instruction assumed: the fallback of every other machine, and the oracle of the tests.</summary>
    Scalar,

    /// <summary>x86-64 with AVX2 and FMA.</summary>
    Avx2,

    /// <summary>x86-64 with AVX-512F and BW: vectors of 64 bytes.</summary>
    Avx512,

    /// <summary>The kernels of <see cref="Avx512"/> without its instructions: slow, but any machine tests their logic.</summary>
    Emulated512,
}
