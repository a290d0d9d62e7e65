using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>What is gained by doing several steps of a layer in one job of the pool: both ways in turns, same bits.</summary>
internal static class FusedEntries
{
    public static IEnumerable<LabEntry> All =>
    [
        new("fused/gate-up", threads => GateUp(1, threads).Concat(GateUp(512, threads))),
        new("fused/experts", threads => Experts(1, threads).Concat(Experts(512, threads))),
    ];

    /// <summary>Gate, up projection and SiLU of 24 layers of 576 x 1536 in Q4_0: more than the caches hold.</summary>
    private static LabRow[] GateUp(int tokens, int threads)
    {
        const int Layers = 24, Width = 576, Inner = 1536;
        using var pool = new WorkerPool(threads);
        using var context = new MatMulContext(pool, Arithmetic.Fast);
        using Activation input = Random(tokens, Width), output = new(tokens, Inner), gate = new(tokens, Inner), up = new(tokens, Inner);
        Linear[][] layers = [.. Enumerable.Range(0, Layers).Select(_ => new[] { Map(Inner, Width, pool), Map(Inner, Width, pool) })];
        Activation[] outputs = [gate, up];
        Timing[] timings = Timing.InTurns(
            () =>
            {
                foreach (Linear[] maps in layers)
                {
                    MatMul.Multiply(maps, input, outputs, context);
                    Apply(tokens);
                }
            },
            () =>
            {
                foreach (Linear[] maps in layers) MatMul.MultiplyGated(maps, ActivationFunction.Silu, input, output, context);
            });
        foreach (Linear map in layers.SelectMany(maps => maps)) map.Dispose();
        double macs = 2.0 * Layers * Width * Inner * tokens;
        return
        [
            LabRow.Rate("fused/gate-up", $"steps, {tokens} tokens", "GMAC/s", macs, timings[0], MachineFigures.Macs(threads)),
            LabRow.Rate("fused/gate-up", $"one job, {tokens} tokens", "GMAC/s", macs, timings[1], MachineFigures.Macs(threads)),
        ];

        void Apply(int rows)
        {
            FloatRows left = FloatRows.Of(gate, 0, rows), right = FloatRows.Of(up, 0, rows);
            ActivationKernels.Apply(ActivationFunction.Silu, hasGate: true, left, right, FloatRows.Of(output, 0, rows), Inner);
        }
    }

    /// <summary>8 of 32 experts of 1024 x 512 in Q4_0, each by itself or as many together as have room.</summary>
    private static LabRow[] Experts(int tokens, int threads)
    {
        const int Count = 32, Used = 8, Width = 1024, Inner = 512;
        using var pool = new WorkerPool(threads);
        using var device = new CpuDevice(pool, new MatMulContext(pool, Arithmetic.Fast));
        var experts = new ExpertGroup
        {
            Inputs = [.. Enumerable.Range(0, Count).Select(_ => new[] { Map(Inner, Width, pool), Map(Inner, Width, pool) })],
            Downs = [.. Enumerable.Range(0, Count).Select(_ => Map(Width, Inner, pool))],
            Function = ActivationFunction.Silu,
        };
        var routing = new Routing(tokens, new RoutingRule { Experts = Count, Used = Used });
        using Activation scores = Random(tokens, Count), input = Random(tokens, Width), output = new(tokens, Width);
        using var buffers = new ExpertBuffers(Math.Max(tokens, Used), Width, Inner);
        routing.Route(scores, null);
        using Activation gathered = new(tokens, Width), inner = new(tokens, Inner), down = new(tokens, Width);
        Activation[] downs = [down];
        Timing[] timings = Timing.InTurns(OneByOne, () => device.MixExperts(experts, routing, input, buffers, output));
        foreach (Linear map in experts.Inputs.SelectMany(maps => maps).Concat(experts.Downs)) map.Dispose();
        double macs = 3.0 * Used * Width * Inner * tokens;
        return
        [
            LabRow.Rate("fused/experts", $"one by one, {tokens} tokens", "GMAC/s", macs, timings[0], MachineFigures.Macs(threads)),
            LabRow.Rate("fused/experts", $"together, {tokens} tokens", "GMAC/s", macs, timings[1], MachineFigures.Macs(threads)),
        ];

        void OneByOne()
        {
            for (int token = 0; token < tokens; token++) output.Row(token).Clear();
            for (int expert = 0; expert < Count; expert++)
            {
                int start = routing.Start(expert);
                ReadOnlySpan<int> rows = routing.Tokens[start..routing.Start(expert + 1)];
                if (rows.IsEmpty) continue;
                device.Select(input, rows, gathered);
                device.MultiplyGated(experts.Inputs[expert], experts.Function, gathered, inner);
                device.Multiply(experts.Downs.AsSpan(expert, 1), inner, downs);
                for (int i = 0; i < rows.Length; i++)
                {
                    Span<float> sum = output.Row(rows[i]);
                    Elementwise.Map(new AddScaled(routing.TokenWeights[start + i]), sum, down.Row(i), sum);
                }
            }
        }
    }

    private static Linear Map(int rows, int columns, WorkerPool pool) =>
        new(Matrix.Load(WeightTypes.Random(QuantType.Q4_0, rows, columns), QuantType.Q4_0, rows, columns, MatrixOptions.Default, pool));

    private static Activation Random(int rows, int columns)
    {
        var random = new Random(2);
        var activation = new Activation(rows, columns);
        for (int row = 0; row < rows; row++)
            foreach (ref float x in activation.Row(row)) x = random.NextSingle() - 0.5f;
        return activation;
    }
}
