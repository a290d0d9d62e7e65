using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Experts computed together against each expert and each token by itself.</summary>
public sealed class ExpertMixtureTests : IDisposable
{
    private const int Experts = 6, Used = 3, Width = 288, Inner = 64, Tokens = 23;
    private static readonly RoutingRule Rule = new() { Experts = Experts, Used = Used };

    private readonly WorkerPool _pool = new(2);
    private readonly CpuDevice _device;
    private readonly ExpertGroup _experts;
    private readonly Activation _input = ActivationTests.Rows(Product.Inputs(Tokens, Width));
    private readonly Routing _routing = new(Tokens, Rule);

    public ExpertMixtureTests()
    {
        _device = new CpuDevice(_pool, new MatMulContext(_pool, Arithmetic.Fast));
        _experts = new ExpertGroup
        {
            Inputs = [.. Enumerable.Range(0, Experts).Select(e => new[] { Map(QuantType.Q4_0, Inner, Width, e), Map(QuantType.Q8_0, Inner, Width, e + 10) })],
            Downs = [.. Enumerable.Range(0, Experts).Select(e => Map(QuantType.Q5_0, Width, Inner, e + 20))],
            Function = ActivationFunction.Silu,
        };
        using Activation scores = ActivationTests.Rows(Product.Inputs(Tokens, Experts, seed: 3));
        // Nobody chooses the expert before the last.
        for (int token = 0; token < Tokens; token++) scores.Row(token)[Experts - 2] = -100f;
        _routing.Route(scores, null);
    }

    public void Dispose()
    {
        foreach (Linear map in _experts.Inputs.SelectMany(maps => maps).Concat(_experts.Downs)) map.Dispose();
        _input.Dispose();
        _device.Dispose();
        _pool.Dispose();
    }

    /// <summary>With room for most experts at once, for two or three, and for one at a time.</summary>
    [Theory, InlineData(Tokens * Used), InlineData(30), InlineData(Tokens)]
    public void A_mixture_has_the_bits_of_its_steps(int capacity)
    {
        using var buffers = new ExpertBuffers(capacity, Width, Inner);
        using var output = new Activation(Tokens, Width);
        _device.MixExperts(_experts, _routing, _input, buffers, output);
        for (int token = 0; token < Tokens; token++) Bits.AssertEqual(Steps(token), output.Row(token));
    }

    [Fact]
    public void A_token_alone_has_the_bits_of_a_batch()
    {
        using var buffers = new ExpertBuffers(Used, Width, Inner);
        using var output = new Activation(1, Width);
        var routing = new Routing(1, Rule);
        using Activation scores = new(1, Experts), input = new(1, Width);
        for (int token = 0; token < 4; token++)
        {
            Product.Inputs(Tokens, Experts, seed: 3)[token].CopyTo(scores.Row(0));
            scores.Row(0)[Experts - 2] = -100f;
            routing.Route(scores, null);
            _input.Row(token).CopyTo(input.Row(0));
            _device.MixExperts(_experts, routing, input, buffers, output);
            Bits.AssertEqual(Steps(token), output.Row(0));
        }
    }

    [Fact]
    public void Observers_see_the_rows_of_their_expert()
    {
        var first = new Seen();
        var second = new Seen();
        _experts.Inputs[1][1].Observer = first;
        _experts.Downs[1].Observer = second;
        using var buffers = new ExpertBuffers(Tokens * Used, Width, Inner);
        using var output = new Activation(Tokens, Width);
        _device.MixExperts(_experts, _routing, _input, buffers, output);
        int[] tokens = [.. Enumerable.Range(0, Tokens).Where(token => _routing.Experts(token).Contains(1))];
        Assert.NotEmpty(tokens);
        Assert.Equal([.. tokens.Select(token => _input.Row(token).ToArray())], first.Rows);
        Assert.Equal(tokens.Length, second.Rows.Count);
        Assert.Equal(Inner, second.Rows[0].Length);
    }

    [Fact]
    public void A_warm_mixture_allocates_nothing()
    {
        using var buffers = new ExpertBuffers(30, Width, Inner);
        using var output = new Activation(Tokens, Width);
        for (int i = 0; i < 10; i++) _device.MixExperts(_experts, _routing, _input, buffers, output);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) _device.MixExperts(_experts, _routing, _input, buffers, output);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private float[] Steps(int token)
    {
        var sum = new float[Width];
        using Activation input = ActivationTests.Rows(_input.Row(token).ToArray());
        using Activation inner = new(1, Inner), output = new(1, Width);
        for (int rank = 0; rank < Used; rank++)
        {
            int expert = _routing.Experts(token)[rank];
            _device.MultiplyGated(_experts.Inputs[expert], _experts.Function, input, inner);
            _device.Multiply(_experts.Downs.AsSpan(expert, 1), inner, [output]);
            for (int i = 0; i < Width; i++) sum[i] = MathF.FusedMultiplyAdd(output.Row(0)[i], _routing.Weights(token)[rank], sum[i]);
        }
        return sum;
    }

    private Linear Map(QuantType type, int rows, int columns, int seed)
    {
        using var weights = new Weights(type, rows, columns, seed);
        return new Linear(weights.Load(_pool));
    }

    private sealed class Seen : IInputObserver
    {
        public List<float[]> Rows { get; } = [];

        public void Observe(Activation input)
        {
            for (int row = 0; row < input.Rows; row++) Rows.Add(input.Row(row).ToArray());
        }
    }
}
