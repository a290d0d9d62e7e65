using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Xunit;

namespace Engine.Kernels.Tests.Isa;

/// <summary>The emulated operations against their definition, and the instructions against the emulated operations.</summary>
public class WideLeafTests
{
    private static readonly byte[] EdgeBytes = [0, 1, 15, 31, 63, 127, 128, 129, 254, 255];
    private static readonly short[] EdgeShorts = [0, 1, -1, 255, -256, 32766, 32767, -32767, -32768];

    [Fact]
    public void Emulated_products_of_bytes_are_summed_in_pairs_and_saturated() => ForBytes((left, right) =>
    {
        Vector512<short> actual = EmulatedLeaf.MultiplyAddAdjacent(left, right);
        for (int i = 0; i < 32; i++)
        {
            int sum = left[2 * i] * right[2 * i] + left[2 * i + 1] * right[2 * i + 1];
            Assert.Equal(Math.Clamp(sum, short.MinValue, short.MaxValue), actual[i]);
        }
    });

    [Fact]
    public void Emulated_products_of_words_are_summed_in_pairs() => ForShorts((left, right) =>
    {
        Vector512<int> actual = EmulatedLeaf.MultiplyAddAdjacent(left, right);
        for (int i = 0; i < 16; i++)
            Assert.Equal(unchecked(left[2 * i] * right[2 * i] + left[2 * i + 1] * right[2 * i + 1]), actual[i]);
    });

    [Fact]
    public void The_instruction_for_bytes_does_what_is_emulated()
    {
        Sets.Require(InstructionSet.Avx512);
        ForBytes((left, right) => Assert.Equal(
            EmulatedLeaf.MultiplyAddAdjacent(left, right), HardwareLeaf.MultiplyAddAdjacent(left, right)));
    }

    [Fact]
    public void The_instruction_for_words_does_what_is_emulated()
    {
        Sets.Require(InstructionSet.Avx512);
        ForShorts((left, right) => Assert.Equal(
            EmulatedLeaf.MultiplyAddAdjacent(left, right), HardwareLeaf.MultiplyAddAdjacent(left, right)));
    }

    private static void ForBytes(Action<Vector512<byte>, Vector512<sbyte>> check) =>
        ForVectors(EdgeBytes, (left, right) => check(left, right.AsSByte()));

    private static void ForShorts(Action<Vector512<short>, Vector512<short>> check) => ForVectors(EdgeShorts, check);

    /// <summary>Edge values side by side in random order, then random ones.</summary>
    private static void ForVectors<T>(T[] edges, Action<Vector512<T>, Vector512<T>> check)
        where T : unmanaged
    {
        var random = new Random(1);
        var left = new T[Vector512<T>.Count];
        var right = new T[Vector512<T>.Count];
        for (int round = 0; round < 2000; round++)
        {
            random.NextBytes(MemoryMarshal.AsBytes(left.AsSpan()));
            random.NextBytes(MemoryMarshal.AsBytes(right.AsSpan()));
            if (round < 1000)
            {
                for (int i = 0; i < left.Length; i++) left[i] = edges[random.Next(edges.Length)];
                for (int i = 0; i < right.Length; i++) right[i] = edges[random.Next(edges.Length)];
            }
            check(Vector512.Create(left), Vector512.Create(right));
        }
    }
}
