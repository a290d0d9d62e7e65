using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

public sealed class RandomSourceTests
{
    [Fact]
    public void The_numbers_are_those_of_the_published_algorithm()
    {
        // From another program, which gives the published outputs of SplitMix64 for 1234567 and of xoshiro256** for the state 1, 2, 3, 4.
        var random = new RandomSource(42);
        ulong[] expected = [0x15780b2e0c2ec716, 0x6104d9866d113a7e, 0xae17533239e499a1, 0xecb8ad4703b360a1];
        foreach (ulong bits in expected) Assert.Equal(bits, random.NextBits());
        random.Reset();
        Assert.Equal((expected[0] >> 11) / (double)(1UL << 53), random.NextDouble());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ulong.MaxValue)]
    public void Draws_follow_the_probabilities_for_any_seed(ulong seed) =>
        DrawCheck.Follows([0.5, 0, 0.25, 0.125, 0.0625, 0.0625], 20_000, seed, $"seed {seed}");
}
