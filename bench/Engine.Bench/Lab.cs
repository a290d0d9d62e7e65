using System.Diagnostics;
using System.Runtime.Intrinsics;
using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>Throughput of the kernels of each type: the best of many runs and the median.</summary>
internal static class Lab
{
    private static readonly QuantType[] Types =
        [QuantType.Q4_0, QuantType.Q4_1, QuantType.Q4_K, QuantType.Q6_K, QuantType.Q8_0, QuantType.F16, QuantType.BF16, QuantType.F32];

    public static void Run(string[] args)
    {
        int threads = args.Length > 0 ? int.Parse(args[0]) : 1;
        Console.WriteLine($"{threads} threads, {Processor.Default}; best (median)");
        Console.WriteLine($"read        {Rate(ReadBandwidth(out long bytes), bytes, 1e9)} GB/s, one thread");
        Quantize(threads);
        foreach (QuantType type in Types)
        {
            if (args.Length > 1 && !args[1..].Contains(type.ToString())) continue;
            int columns = 1536;
            using var prompt = new Problem(type, 576, columns, 512, threads, Arithmetic.Fast);
            using var exact = new Problem(type, 576, columns, 512, threads, Arithmetic.Exact);
            using var decode = new Problem(type, 65536, columns, 1, threads, Arithmetic.Fast);
            using var decodeExact = new Problem(type, 4096, columns, 1, threads, Arithmetic.Exact);
            Console.WriteLine(
                $"{type,-6} 512 tokens {Rate(Times(prompt.Multiply), prompt.Macs, 1e9)} GMAC/s, exact {Rate(Times(exact.Multiply), exact.Macs, 1e9)}"
                + $" | 1 token {Rate(Times(decode.Multiply), decode.Bytes, 1e9)} GB/s, exact {Rate(Times(decodeExact.Multiply), decodeExact.Macs, 1e9)} GMAC/s");
        }
    }

    private static void Quantize(int threads)
    {
        using var pool = new WorkerPool(threads);
        using var input = new Activation(512, 1536);
        using var quantized = new QuantizedActivation();
        var random = new Random(2);
        for (int t = 0; t < input.Rows; t++)
            foreach (ref float x in input.Row(t)) x = random.NextSingle() - 0.5f;
        Console.WriteLine($"quantize    {Rate(Times(() => quantized.Set(input, pool)), 512 * 1536, 1e9)} G values/s");
        Kernel();
    }

    private static unsafe void Kernel()
    {
        using var w = new NativeBuffer(352 * 48);
        using var x = new NativeBuffer(176 * 48);
        using var c = new NativeBuffer(128);
        Console.WriteLine($"kernel u4 {Rate(Times(() => { for (int i = 0; i < 100; i++) IntegerKernelAvx2.Multiply<UnpackedCodes<Q4_1Format>, CodesTo31, Four>(w.Pointer, 1536, x.Pointer, (float*)c.Pointer, 8, false); }), 8 * 4 * 1536 * 100, 1e9)} GMAC/s");
        Console.WriteLine($"kernel s8 {Rate(Times(() => { for (int i = 0; i < 100; i++) IntegerKernelAvx2.Multiply<UnpackedCodes<Q8_0Format>, SignedCodes, Four>(w.Pointer, 1536, x.Pointer, (float*)c.Pointer, 8, false); }), 8 * 4 * 1536 * 100, 1e9)} GMAC/s");
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
