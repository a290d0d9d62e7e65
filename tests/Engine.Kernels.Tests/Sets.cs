using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Instruction sets for theories.</summary>
public static class Sets
{
    public static void Require(InstructionSet set) =>
        Assert.SkipUnless(Processor.Supports(set), $"This machine has no {set}.");
}
