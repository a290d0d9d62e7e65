using System.Diagnostics;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>Throughput of the kernels of each type: the best of many runs and the median.</summary>
internal static class Lab
{
    private static readonly QuantType[] Types =
    [
        QuantType.Q4_0, QuantType.Q4_1, QuantType.Q4_K, QuantType.Q5_0, QuantType.Q5_1, QuantType.Q5_K, QuantType.Q6_K, QuantType.Q8_0,
        QuantType.Q2_K, QuantType.Q3_K, QuantType.IQ4_NL, QuantType.IQ4_XS, QuantType.MXFP4, QuantType.NVFP4, QuantType.Q1_0,
        QuantType.Q2_0, QuantType.TQ1_0, QuantType.TQ2_0, QuantType.IQ1_S, QuantType.IQ1_M, QuantType.IQ2_XXS, QuantType.IQ2_XS,
        QuantType.IQ2_S, QuantType.IQ3_XXS, QuantType.IQ3_S, QuantType.F16, QuantType.BF16, QuantType.F32,
    ];

    public static void Run(string[] args)
    {
        int threads = args.Length > 0 ? int.Parse(args[0]) : 1;
        Console.WriteLine($"{threads} threads, {Processor.Default}; best (median)");
        Console.WriteLine($"read        {Rate(ReadBandwidth(out long bytes), bytes, 1e9)} GB/s, one thread");
        Quantize(threads);
        Kernels();
        Dispatch(threads);
        foreach (QuantType type in Types)
        {
            if (args.Length > 1 && !args[1..].Contains(type.ToString())) continue;
            const int Columns = 1536;
            using var prompt = new Problem(type, 576, Columns, 512, threads, Arithmetic.Fast);
            using var exact = new Problem(type, 576, Columns, 512, threads, Arithmetic.Exact);
            using var token = new Problem(type, 65536, Columns, 1, threads, Arithmetic.Fast);
            using var cached = new Problem(type, 192, Columns, 1, threads, Arithmetic.Fast);
            using var tokenExact = new Problem(type, 4096, Columns, 1, threads, Arithmetic.Exact);
            Console.Write($"{type,-6} load {Rate(LoadTimes(type, threads, out long loaded), loaded, 1e9)} GB/s | ");
            Console.Write($"512 tokens {Rate(Times(prompt.Multiply), prompt.Macs, 1e9)} GMAC/s, ");
            Console.Write($"exact {Rate(Times(exact.Multiply), exact.Macs, 1e9)} | ");
            Console.Write($"1 token {Rate(Times(token.Multiply), token.Bytes, 1e9)} GB/s, ");
            Console.Write($"in cache {Rate(Times(cached.Multiply), cached.Macs, 1e9)} GMAC/s, ");
            Console.WriteLine($"exact {Rate(Times(tokenExact.Multiply), tokenExact.Macs, 1e9)} GMAC/s");
        }
    }

    private static double[] LoadTimes(QuantType type, int threads, out long bytes)
    {
        using var pool = new WorkerPool(threads);
        var tensor = new RandomTensor(type, 8192, 1536);
        bytes = tensor.ByteLength;
        return Times(() => Matrix.Load(tensor, type, 8192, 1536, MatrixOptions.Default, pool).Dispose());
    }

    private static void Quantize(int threads)
    {
        using var pool = new WorkerPool(threads);
        using var input = new Activation(512, 1536);
        using var quantized = new QuantizedActivation(codeBytes: 1);
        var random = new Random(2);
        for (int t = 0; t < input.Rows; t++)
            foreach (ref float x in input.Row(t)) x = random.NextSingle() - 0.5f;
        Console.WriteLine($"quantize    {Rate(Times(() => quantized.Set(input, pool)), 512 * 1536, 1e9)} G values/s");
    }

    /// <summary>The inner kernels on data in the first-level cache: what products could reach at best.</summary>
    private static unsafe void Kernels()
    {
        const int Columns = 1536, Steps = Columns / 32, Repeats = 100;
        using NativeBuffer a = new(UnpackedCodes<Q2_KFormat>.BlockBytes * Steps), b = new(a.Length);
        using NativeBuffer tile = new(TokenTile.Tokens * TokenTile.TokenBytes(2) * Steps), c = new(1024);
        byte* pa = a.Pointer, pb = b.Pointer, x = tile.Pointer;
        float* y = (float*)c.Pointer;
        Print("codes to 31", 8, () => IntegerKernelAvx2.Multiply<UnpackedCodes<Q4_1Format>, CodesTo31, Four>(pa, Columns, x, y, 16, false));
        Print("pair to 15", 16, () => IntegerPairKernelAvx2.Multiply<Q4_1Format>(pa, pb, Columns, x, y, 16, false));
        Print("to 31", 16, () => IntegerPairKernelAvx2.Multiply<Q5_1Format>(pa, pb, Columns, x, y, 16, false));
        Print("to 3 of 16", 16, () => IntegerPairKernelAvx2.Multiply<Q2_KFormat>(pa, pb, Columns, x, y, 16, false));
        Print("to 63 of 16", 16, () => IntegerPairKernelAvx2.Multiply<Q6_KFormat>(pa, pb, Columns, x, y, 16, false));
        Print("pair signed", 16, () => IntegerPairKernelAvx2.Multiply<Q8_0Format>(pa, pb, Columns, x, y, 16, false));
        Print("signed", 8, () => IntegerKernelAvx2.Multiply<UnpackedCodes<Q8_0Format>, SignedCodes, Four>(pa, Columns, x, y, 16, false));

        Token<IQ2Format<IQ2_XXSBlock>>("ranks");
        Token<PointNumbers<Gather>>("gather");
        Token<PointNumbers<Loads>>("loads");

        // One token with the native bits of an IQ type: what looking up points costs.
        void Token<TFormat>(string name)
            where TFormat : struct, IIntegerFormat =>
            Print("IQ2 " + name, 8, () => IntegerKernelAvx2.Multiply<TFormat, CodesTo127, One>(pa, Columns, x, y, 16, false), tokens: 1);

        static void Print(string name, int rows, Action kernel, int tokens = TokenTile.Tokens)
        {
            void Repeat()
            {
                for (int i = 0; i < Repeats; i++) kernel();
            }
            Console.WriteLine($"{name,-11} {Rate(Times(Repeat), (double)Repeats * rows * tokens * Columns, 1e9)} GMAC/s, one thread, in cache");
        }
    }

    private struct Nothing : IWorkerJob
    {
        public readonly void Execute(int index, int worker)
        {
        }
    }

    private static void Dispatch(int threads)
    {
        using var pool = new WorkerPool(threads);
        double[] times = Times(() =>
        {
            var job = new Nothing();
            for (int i = 0; i < 1000; i++) pool.Run(ref job, 4 * threads);
        });
        Console.WriteLine($"a job       {times[0] * 1e6,6:F0} ({times[times.Length / 2] * 1e6:F0}) ns");
    }

    private static string Rate(double[] seconds, double amount, double unit) =>
        $"{amount / seconds[0] / unit,6:F1} ({amount / seconds[seconds.Length / 2] / unit:F1})";

    private static double[] Times(Action action)
    {
        for (int i = 0; i < 5; i++) action();
        var times = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (times.Count < 20 || (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.7 && times.Count < 500))
        {
            long begin = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        times.Sort();
        return [.. times];
    }

    private static unsafe double[] ReadBandwidth(out long bytes)
    {
        using var buffer = new NativeBuffer(128 << 20);
        bytes = buffer.Length;
        byte* start = buffer.Pointer, end = start + bytes;
        Vector256<long> sum = default;
        double[] times = Times(() =>
        {
            Vector256<long> a = default, b = default, c = default, d = default;
            for (byte* p = start; p < end; p += 128)
            {
                a += Vector256.Load((long*)p);
                b += Vector256.Load((long*)(p + 32));
                c += Vector256.Load((long*)(p + 64));
                d += Vector256.Load((long*)(p + 96));
            }
            sum += a + b + c + d;
        });
        if (sum == Vector256<long>.One) Console.WriteLine("read");
        return times;
    }
}
