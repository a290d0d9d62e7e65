using Xunit;

namespace Engine.Kernels.Tests;

public class MachineLimitsTests
{
    [Fact]
    public void Limits_are_of_the_size_that_machines_have()
    {
        using var pool = new WorkerPool(2);
        Assert.InRange(MachineLimits.ReadBandwidth(pool), 1e8, 1e13);
        Assert.InRange(MachineLimits.FloatMultiplyAdds(pool), 1e7, 1e13);
        if (Processor.Supports(InstructionSet.Avx2)) Assert.InRange(MachineLimits.ByteMultiplyAdds(pool), 1e8, 1e14);
        else Assert.Equal(0, MachineLimits.ByteMultiplyAdds(pool));
    }
}
