using Engine.Formats.Blocks;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>The inner kernels on data in the first-level cache, one thread: what products could reach at best.</summary>
internal static unsafe class KernelEntries
{
    private const int Columns = 1536, Steps = Columns / 32, Repeats = 100;

    public static IEnumerable<LabEntry> All =>
    [
        new("kernel/classes", _ => Classes()),
        new("kernel/lookups", _ => Lookups()),
        new("kernel/token", _ => OneToken()),
    ];

    private static LabRow[] Classes()
    {
        using var data = new Operands();
        byte* a = data.A, b = data.B, x = data.X;
        float* y = data.Y;
        return
        [
            Row("codes to 31", 8, () => IntegerKernelAvx2.Multiply<UnpackedCodes<Q4_1Format>, CodesTo31, Four>(a, Columns, x, y, 16, false)),
            Row("signed", 8, () => IntegerKernelAvx2.Multiply<UnpackedCodes<Q8_0Format>, SignedCodes, Four>(a, Columns, x, y, 16, false)),
            Row("pair to 15", 16, () => IntegerPairKernelAvx2.Multiply<Q4_1Format>(a, b, Columns, x, y, 16, false)),
            Row("pair to 31", 16, () => IntegerPairKernelAvx2.Multiply<Q5_1Format>(a, b, Columns, x, y, 16, false)),
            Row("pair to 3 of 16", 16, () => IntegerPairKernelAvx2.Multiply<Q2_KFormat>(a, b, Columns, x, y, 16, false)),
            Row("pair to 63 of 16", 16, () => IntegerPairKernelAvx2.Multiply<Q6_KFormat>(a, b, Columns, x, y, 16, false)),
            Row("pair signed", 16, () => IntegerPairKernelAvx2.Multiply<Q8_0Format>(a, b, Columns, x, y, 16, false)),
        ];

        static LabRow Row(string name, int rows, Action kernel) => Measure("kernel/classes", name, rows, TokenTile.Tokens, kernel);
    }

    // One token with the types whose points are looked up.
    private static LabRow[] Lookups()
    {
        using var data = new Operands();
        byte* a = data.A, x = data.X;
        float* y = data.Y;
        return
        [
            Row<IQ1Format<IQ1_SBlock>>(), Row<IQ1Format<IQ1_MBlock>>(), Row<PointFormat<IQ2_XXSBlock>>(), Row<PointFormat<IQ2_XSBlock>>(),
            Row<PointFormat<IQ2_SBlock>>(), Row<PointFormat<IQ3_XXSBlock>>(), Row<PointFormat<IQ3_SBlock>>(),
        ];

        LabRow Row<TFormat>()
            where TFormat : struct, IPointFormat =>
            Measure(
                "kernel/lookups", TFormat.Type.ToString(), 8, 1, () => PointKernelAvx2.Multiply<TFormat>(a, Columns, x, y, false, TFormat.Grid));
    }

    // One token with native bits: what decoding could reach if memory cost nothing.
    private static LabRow[] OneToken()
    {
        using var data = new Operands();
        byte* a = data.A, x = data.X;
        float* y = data.Y;
        return
        [
            Row<Q4_0Format>(), Row<Q4_1Format>(), Row<Q5_0Format>(), Row<Q5_1Format>(), Row<Q8_0Format>(), Row<Q2_KFormat>(),
            Row<Q3_KFormat>(), Row<Q4_KFormat>(), Row<Q5_KFormat>(), Row<Q6_KFormat>(), Row<IQ4_NLFormat>(), Row<IQ4_XSFormat>(),
            Row<MXFP4Format>(),
        ];

        LabRow Row<TFormat>()
            where TFormat : struct, IIntegerFormat =>
            Measure(
                "kernel/token", TFormat.Type.ToString(), 8, 1,
                () => IntegerKernel.Multiply<TFormat>(InstructionSet.Avx2, a, Columns, x, 1, y, 8, false));
    }

    private static LabRow Measure(string entry, string name, int rows, int tokens, Action kernel)
    {
        var timing = new Timing(() =>
        {
            for (int i = 0; i < Repeats; i++) kernel();
        });
        return LabRow.Rate(entry, name, "GMAC/s", (double)Repeats * rows * tokens * Columns, timing, MachineFigures.Macs(1));
    }

    /// <summary>
    /// Memory of the size of a pair of panels, a tile of tokens and their outputs. Its bytes are no subnormal number in any format of scales,
    /// which would be slow.
    /// </summary>
    private sealed class Operands : IDisposable
    {
        private readonly NativeBuffer _a = new(UnpackedCodes<Q2_KFormat>.BlockBytes * Steps), _b = new(UnpackedCodes<Q2_KFormat>.BlockBytes * Steps);
        private readonly NativeBuffer _tile = new(TokenTile.Tokens * TokenTile.TokenBytes(2) * Steps), _outputs = new(1024);

        public Operands()
        {
            foreach (NativeBuffer buffer in new[] { _a, _b, _tile }) new Span<byte>(buffer.Pointer, (int)buffer.Length).Fill(0x3C);
        }

        public byte* A => _a.Pointer;
        public byte* B => _b.Pointer;
        public byte* X => _tile.Pointer;
        public float* Y => (float*)_outputs.Pointer;

        public void Dispose()
        {
            foreach (NativeBuffer buffer in new[] { _a, _b, _tile, _outputs }) buffer.Dispose();
        }
    }
}
