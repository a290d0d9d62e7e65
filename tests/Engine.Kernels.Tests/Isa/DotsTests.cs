using System.Runtime.Intrinsics;
using Xunit;

namespace Engine.Kernels.Tests.Isa;

/// <summary>Dot products of four in vectors of 16 bytes against their definition, at the ends of their ranges too.</summary>
public class DotsTests
{
    private static readonly sbyte[] EdgeBytes = [0, 1, -1, 15, 126, 127, -126, -127];
    private static readonly short[] EdgeShorts = [0, 1, -1, 255, -256, 32766, 32767, -32767];

    [Fact]
    public void Products_of_bytes_are_summed_in_fours()
    {
        var random = new Random(1);
        for (int repeat = 0; repeat < 2000; repeat++)
        {
            sbyte[] codes = Pick(EdgeBytes, 16, random), activations = Pick(EdgeBytes, 16, random);
            int[] sums = [1, -70_000, 2_000_000, 0];
            Vector128<int> sum = Vector128.Create(sums);
            Vector128<int> portable = Dots.AddPortable(sum, Vector128.Create(codes), Vector128.Create(activations));
            for (int lane = 0; lane < 4; lane++)
            {
                int expected = sums[lane];
                for (int i = 4 * lane; i < 4 * lane + 4; i++) expected += codes[i] * activations[i];
                Assert.Equal(expected, portable[lane]);
            }
            Assert.Equal(portable, Dots.Add(sum, Vector128.Create(codes), Vector128.Create(activations)));
        }
    }

    [Fact]
    public void Products_of_bytes_and_words_are_summed_in_fours()
    {
        var random = new Random(2);
        for (int repeat = 0; repeat < 2000; repeat++)
        {
            sbyte[] codes = Pick([.. EdgeBytes, sbyte.MinValue], 16, random);
            short[] even = Pick(EdgeShorts, 8, random), odd = Pick(EdgeShorts, 8, random);
            Vector128<int> actual = Dots.Add(Vector128.Create(7), Vector128.Create(codes), Vector128.Create(even), Vector128.Create(odd));
            for (int lane = 0; lane < 4; lane++)
            {
                int expected = 7;
                for (int pair = 0; pair < 2; pair++)
                    expected += codes[4 * lane + 2 * pair] * even[2 * lane + pair] + codes[4 * lane + 2 * pair + 1] * odd[2 * lane + pair];
                Assert.Equal(expected, actual[lane]);
            }
        }
    }

    private static T[] Pick<T>(T[] from, int count, Random random) => random.GetItems(from, count);
}
