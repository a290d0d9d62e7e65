using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

public sealed unsafe class GuardPageTests
{
    public static TheoryData<QuantType> Types => [.. QuantTypes.All.Where(info => info.CanDecode).Select(info => info.Type)];

    /// <summary>Panels that end where the memory ends, an odd number of them, for one token, a part of a tile and more than one.</summary>
    [Theory, MemberData(nameof(Types))]
    public void No_kernel_reads_past_the_last_panel(QuantType type)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pages are guarded with Linux's calls.");
        const int Rows = 40, Columns = 512;
        Panel layout = Panels.Get(type);
        using var pool = new WorkerPool(1);
        using var weights = new Weights(type, Rows, Columns);
        using Matrix usual = weights.Load(pool);
        using var guarded = new GuardedMemory(Rows / Panel.Rows * layout.Bytes(Columns));
        using var rows = new GuardedMemory(weights.ByteLength);
        weights.Bytes.CopyTo(new Span<byte>(rows.Pointer, (int)weights.ByteLength));
        nint rowBytes = (nint)layout.Info.RowBytes(Columns);
        for (int panel = 0; panel < Rows / Panel.Rows; panel++)
            layout.Interleave(rows.Pointer + panel * Panel.Rows * rowBytes, rowBytes, Columns, guarded.Pointer + panel * layout.Bytes(Columns));
        using var buffer = NativeBuffer.Borrow(guarded.Pointer, Rows / Panel.Rows * layout.Bytes(Columns));
        using var matrix = new Matrix(layout, Rows, Columns, buffer);
        foreach (Arithmetic arithmetic in Enum.GetValues<Arithmetic>())
            foreach (InstructionSet set in Enum.GetValues<InstructionSet>().Where(Processor.Supports))
            {
                using var context = new MatMulContext(pool, arithmetic, set);
                foreach (int tokens in (int[])[1, 3, 6])
                {
                    float[][] input = Product.Inputs(tokens, Columns);
                    float[][] expected = Product.Of(usual, input, context), actual = Product.Of(matrix, input, context);
                    for (int t = 0; t < tokens; t++) Bits.AssertEqual(expected[t], actual[t]);
                }
            }
    }
}
