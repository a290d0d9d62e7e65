using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Instruction sets for theories.</summary>
public static class Sets
{
    public static TheoryData<InstructionSet> All => [.. Enum.GetValues<InstructionSet>()];

    /// <summary>Those that must give the bits of <see cref="InstructionSet.Scalar"/>.</summary>
    public static IEnumerable<InstructionSet> Vectors => Enum.GetValues<InstructionSet>().Where(set => set != InstructionSet.Scalar);

    public static void Require(InstructionSet set) =>
        Assert.SkipUnless(Processor.Supports(set), $"This machine has no {set}.");
}
