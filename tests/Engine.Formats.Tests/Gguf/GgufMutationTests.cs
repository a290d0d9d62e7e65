using Engine.Formats.Gguf;
using Engine.Formats.Tests.Mutation;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Gguf;

public class GgufMutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_damage_ends_in_a_typed_exception_or_in_a_readable_file(int seed)
    {
        (int opened, int refused) = MutationCheck.Run(Mutants.Random(GgufSample.Bytes, seed, 15_000), Open);
        Assert.InRange(opened, 100, 14_900);
        Assert.Equal(15_000, opened + refused);
    }

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        // Behind the last tensor's data only padding follows, which a reader does not need.
        byte[] needed = GgufSample.Bytes[..(int)(GgufFile.Open(GgufSample.Bytes, "whole").GetTensor("f16").Offset + 10)];
        Assert.Equal((0, needed.Length), MutationCheck.Run(Mutants.Truncated(needed), Open));
    }

    private static IEnumerable<ITensorData> Open(byte[] mutant) => GgufFile.Open(mutant, "mutant").Tensors;
}
