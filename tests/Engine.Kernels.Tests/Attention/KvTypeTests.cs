using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests.AttentionKernel;

/// <summary>Attention with keys and values kept in every type that a cache can keep.</summary>
public sealed class KvTypeTests
{
    public static IEnumerable<TheoryDataRow<QuantType, QuantType>> Pairs()
    {
        foreach (QuantType type in KvCacheOptions.Types) yield return new(type, type);
        yield return new(QuantType.Q8_0, QuantType.F32);
        yield return new(QuantType.F16, QuantType.Q4_1);
        yield return new(QuantType.Q5_1, QuantType.IQ4_NL);
    }

    public static IEnumerable<TheoryDataRow<QuantType, int, int>> Sizes() =>
        from type in KvCacheOptions.Types
        from sizes in new[] { (32, 32), (64, 64), (80, 80), (96, 96), (128, 128), (256, 256), (192, 128), (576, 512), (13, 9) }
        where sizes.Item1 % QuantTypes.Get(type).BlockElements == 0 && sizes.Item2 % QuantTypes.Get(type).BlockElements == 0
        select new TheoryDataRow<QuantType, int, int>(type, sizes.Item1, sizes.Item2);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_cache_computes_with_exactly_the_numbers_that_its_blocks_stand_for(QuantType keyType, QuantType valueType)
    {
        foreach (int tokens in new[] { 1, 7, 16, 63, 129 })
        {
            var shape = new KvLayerShape(2, 64, 32);
            var parameters = new AttentionParameters { Heads = 6, Scale = 0.3f, Window = 100 };
            AttentionProblem rounded = new AttentionProblem(shape, parameters, tokens, seed: 5).Rounded(keyType, valueType);
            Assert.Equal(rounded.Run(1, [tokens]), Problem(shape, parameters, tokens, keyType, valueType).Run(2, [tokens]));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_head_size_agrees_with_double_precision_on_the_rounded_numbers(QuantType type, int keySize, int valueSize)
    {
        var shape = new KvLayerShape(1, keySize, valueSize);
        var parameters = new AttentionParameters { Heads = 3, Scale = 1 / MathF.Sqrt(keySize) };
        double[] expected = new AttentionProblem(shape, parameters, 75, seed: 5).Rounded(type, type).Reference();
        float[] actual = Problem(shape, parameters, 75, type, type).Run(2, [75]);
        for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], 2e-5);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Bits_do_not_depend_on_threads_or_pieces(QuantType keyType, QuantType valueType)
    {
        var shape = new KvLayerShape(2, 64, 64);
        var parameters = new AttentionParameters { Heads = 6, Scale = 0.125f };
        AttentionProblem problem = Problem(shape, parameters, 530, keyType, valueType, rotate: true);
        float[] whole = problem.Run(threads: 1, pieces: [530]);
        Assert.Equal(whole, problem.Run(threads: 2, pieces: [.. Enumerable.Repeat(1, 270), 60, 200]));
        Assert.Equal(whole, problem.Run(threads: 3, pieces: [.. Enumerable.Repeat(53, 10)]));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_rotated_cache_stays_near_double_precision(QuantType keyType, QuantType valueType)
    {
        var shape = new KvLayerShape(2, 128, 64);
        var parameters = new AttentionParameters { Heads = 4, Scale = 0.1f };
        double[] expected = new AttentionProblem(shape, parameters, 90, seed: 5).Reference();
        float[] actual = Problem(shape, parameters, 90, keyType, valueType, rotate: true).Run(2, [90]);
        double error = Math.Sqrt(expected.Zip(actual, (e, a) => (e - a) * (e - a)).Sum() / expected.Sum(e => e * e));
        Assert.InRange(error, 0, 0.25);
    }

    public static IEnumerable<TheoryDataRow<QuantType>> Types() => KvCacheOptions.Types.Select(type => new TheoryDataRow<QuantType>(type));

    [Theory]
    [MemberData(nameof(Types))]
    public unsafe void Rows_are_read_as_the_reference_decoder_reads_their_blocks(QuantType type)
    {
        const int size = 64;
        KvFormat format = KvFormat.Of(type);
        using var memory = new NativeBuffer(format.HeadBytes(size));
        using var tile = new NativeBuffer(size * KvCache.BlockTokens * sizeof(float));
        float[][] rows = [.. Rows(size)];
        for (int slot = 0; slot < rows.Length; slot++) format.StoreKey(rows[slot], memory.Pointer, slot);
        float* keys = format.Keys(memory.Pointer, size, rows.Length, (float*)tile.Pointer);
        for (int slot = 0; slot < rows.Length; slot++)
        {
            float[] expected = RoundTrip.Of(type, rows[slot]);
            for (int i = 0; i < size; i++) AssertSame(expected[i], keys[(slot / 16 * size + i) * 16 + slot % 16]);
        }
        for (int slot = 0; slot < rows.Length; slot++) format.StoreValue(rows[slot], memory.Pointer, slot);
        float* values = format.Values(memory.Pointer, size, rows.Length, (float*)tile.Pointer);
        for (int slot = 0; slot < rows.Length; slot++)
        {
            float[] expected = RoundTrip.Of(type, rows[slot]);
            for (int i = 0; i < size; i++) AssertSame(expected[i], values[(i / 16 * KvCache.BlockTokens + slot) * 16 + i % 16]);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Infinities_and_NaN_do_no_harm_to_the_tokens_before_them(QuantType type)
    {
        var shape = new KvLayerShape(1, 32, 32);
        var parameters = new AttentionParameters { Heads = 2, Scale = 0.2f };
        AttentionProblem problem = Problem(shape, parameters, 40, type, type);
        float[] before = problem.Run(1, [40])[..(38 * 64)];
        foreach (float value in new[] { float.NaN, float.PositiveInfinity, 1e30f, float.Epsilon })
        {
            problem.Spoil(39, value);
            float[] after = problem.Run(2, [38, 1, 1]);
            Assert.Equal(before, after[..(38 * 64)]);
        }
    }

    [Fact]
    public void Types_that_do_not_fit_are_refused_with_the_reason()
    {
        var error = Assert.Throws<ArgumentException>(
            () => new KvCache([new KvLayerShape(4, 80, 80)], 64, new KvCacheOptions { KeyType = QuantType.Q4_0 }));
        Assert.Equal("The KV cache cannot keep keys as Q4_0: a head has 80 elements, expected a multiple of 32.", error.Message);
        error = Assert.Throws<ArgumentException>(
            () => new KvCache([new KvLayerShape(4, 64, 64)], 64, new KvCacheOptions { ValueType = QuantType.Q4_K }));
        Assert.StartsWith("The KV cache does not keep Q4_K; it keeps F32, F16, BF16, Q8_0,", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_takes_the_bytes_of_its_types()
    {
        var options = new KvCacheOptions { KeyType = QuantType.Q8_0, ValueType = QuantType.Q4_0 };
        using var cache = new KvCache([new KvLayerShape(3, 64, 64)], 64, options);
        Assert.Equal(3 * 64 * (2 * 34 + 2 * 18), cache.BlockBytes);
    }

    private static AttentionProblem Problem(
        KvLayerShape shape, AttentionParameters parameters, int tokens, QuantType keyType, QuantType valueType, bool rotate = false) =>
        new(shape, parameters, tokens, seed: 5)
        {
            Cache = new KvCacheOptions { KeyType = keyType, ValueType = valueType, RotateKeys = rotate, RotateValues = rotate },
        };

    /// <summary>Ordinary rows, and zeros, a constant, denormals and numbers of very different size.</summary>
    private static IEnumerable<float[]> Rows(int size)
    {
        var random = new Random(3);
        for (int row = 0; row < 40; row++) yield return [.. Enumerable.Range(0, size).Select(_ => 3 * random.NextSingle() - 1)];
        yield return new float[size];
        yield return [.. Enumerable.Repeat(-0.3f, size)];
        yield return [.. Enumerable.Range(0, size).Select(i => i * float.Epsilon)];
        yield return [.. Enumerable.Range(0, size).Select(i => (i - 30) * 1e-6f)];
        yield return [.. Enumerable.Range(0, size).Select(i => i % 7 == 0 ? 6e4f : 1e-3f * i)];
    }

    private static void AssertSame(float expected, float actual) => Assert.True(expected == actual, $"expected {expected}, found {actual}");
}
