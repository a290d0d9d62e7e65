using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Products of any shape: rows that fill no panel, slices that start within one, any number of columns and tokens.</summary>
public sealed class RandomShapeTests : IDisposable
{
    private readonly WorkerPool _pool = new(3);

    public void Dispose() => _pool.Dispose();

    public static TheoryData<QuantType> Types => MatrixTests.Types;

    [Theory, MemberData(nameof(Types))]
    public void Slices_of_any_shape_give_the_bits_of_the_rows_alone(QuantType type)
    {
        var random = new Random((int)type);
        QuantTypeInfo info = QuantTypes.Get(type);
        foreach (Arithmetic arithmetic in (Arithmetic[])[Arithmetic.Exact, Arithmetic.Fast])
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>().Where(Processor.Supports))
            {
                using var context = new MatMulContext(_pool, arithmetic, set);
                for (int round = 0; round < 4; round++)
                {
                    int rows = random.Next(1, 60), tokens = random.Next(1, 15);
                    int columns = info.BlockElements * random.Next(1, 1 + Math.Max(1, 600 / info.BlockElements));
                    using var weights = new Weights(type, rows, columns, seed: round, mapped: true);
                    using Matrix matrix = weights.Load(_pool, repack: round % 2 == 0);
                    float[][] input = Product.Inputs(tokens, columns, seed: round);
                    int first = random.Next(rows), count = random.Next(1, rows - first + 1);
                    float[] bias = [.. Enumerable.Range(0, count).Select(i => i / 8f)];
                    float[][] whole = Product.Of(matrix, input, context);
                    float[][] slice = Product.Of(matrix.SliceRows(first, count), input, context, bias);
                    for (int token = 0; token < tokens; token++)
                    {
                        float[] expected = [.. Enumerable.Range(0, count).Select(i => whole[token][first + i] + bias[i])];
                        Bits.AssertEqual(expected, slice[token]);
                        Bits.AssertEqual(whole[token], Product.Of(matrix, [input[token]], context)[0]);
                    }
                }
            }
    }
}
