using Xunit;

namespace Engine.Kernels.Tests;

public unsafe class FloatTileTests
{
    [Theory, MemberData(nameof(Sets.All), MemberType = typeof(Sets))]
    public void Every_output_is_one_chain_of_fused_multiply_adds(InstructionSet set)
    {
        Sets.Require(set);
        var random = new Random(1);
        foreach (int k in (int[])[0, 1, 7, 33])
            foreach (int lanes in (int[])[8, 16, 24, 40, 72])
                for (int tokens = 0; tokens <= 14; tokens++)
                    foreach (bool accumulate in (bool[])[false, true])
                        Check(set, random, k, tokens, lanes, accumulate);
    }

    private static void Check(InstructionSet set, Random random, int k, int tokens, int lanes, bool accumulate)
    {
        int wStride = lanes + 3, xStride = k + 2, cStride = lanes + 1;
        float[] w = Values(random, wStride * (k + 1)), x = Values(random, xStride * (tokens + 1));
        float[] c = Values(random, cStride * (tokens + 1));
        float[] expected = [.. c];
        for (int t = 0; t < tokens; t++)
            for (int lane = 0; lane < lanes; lane++)
            {
                float sum = accumulate ? c[t * cStride + lane] : 0;
                for (int i = 0; i < k; i++) sum = MathF.FusedMultiplyAdd(w[i * wStride + lane], x[t * xStride + i], sum);
                expected[t * cStride + lane] = sum;
            }
        fixed (float* pw = w, px = x, pc = c)
            FloatTile.Multiply(set, pw, wStride, px, xStride, pc, cStride, k, tokens, lanes, accumulate);
        // All of c is compared, so that a write beside the tile fails too.
        Assert.Equal(expected, c);
    }

    [Fact]
    public void Lanes_that_are_no_multiple_of_8_are_refused() =>
        Assert.Throws<ArgumentException>(() => FloatTile.Multiply(null, 0, null, 0, null, 0, 1, 1, 12, false));

    private static float[] Values(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(2, random.Next(-8, 8)))];
}
