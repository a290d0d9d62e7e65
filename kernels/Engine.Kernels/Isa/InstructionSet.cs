namespace Engine.Kernels;

/// <summary>The vector instructions that a kernel is written for. All of them give the same bits.</summary>
public enum InstructionSet
{
    /// <summary>No vector instruction assumed: the fallback of every other machine, and the oracle of the tests.</summary>
    Scalar,

    /// <summary>x86-64 with AVX2 and FMA.</summary>
    Avx2,
}
