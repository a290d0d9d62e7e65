using Xunit;

namespace Engine.Kernels.Tests.AttentionKernel;

public sealed class AttentionTests
{
    public static IEnumerable<TheoryDataRow<string, int, KvLayerShape, AttentionParameters>> Cases()
    {
        var plain = new AttentionParameters { Heads = 4, Scale = 0.25f };
        yield return new("one head each", 70, new KvLayerShape(4, 16, 16), plain);
        yield return new("grouped queries", 130, new KvLayerShape(2, 64, 64), plain with { Scale = 0.125f });
        yield return new("multi-query, odd sizes", 67, new KvLayerShape(1, 13, 9), plain);
        yield return new("values shorter than keys", 65, new KvLayerShape(4, 24, 16), plain);
        yield return new("one token", 1, new KvLayerShape(2, 32, 32), plain);
        yield return new("window of 16", 150, new KvLayerShape(2, 16, 16), plain with { Window = 16 });
        yield return new("window of one", 70, new KvLayerShape(2, 16, 16), plain with { Window = 1 });
        yield return new("window of a block and one", 200, new KvLayerShape(2, 16, 16), plain with { Window = 65 });
        yield return new("soft cap", 80, new KvLayerShape(2, 16, 16), plain with { SoftCap = 2f, Scale = 1f });
        yield return new("sinks", 80, new KvLayerShape(2, 16, 16), plain with { Sinks = [-3f, 0f, 1f, 40f], Window = 20 });
        yield return new("not causal", 100, new KvLayerShape(2, 16, 16), plain with { Causal = false });
        yield return new("several segments", 600, new KvLayerShape(2, 16, 16), plain with { SoftCap = 5f, Scale = 1f });
        yield return new("window over segments", 600, new KvLayerShape(1, 16, 24), plain with { Window = 300, Sinks = [0f, 1f, 2f, 3f] });
        yield return new("large scores", 70, new KvLayerShape(2, 16, 16), plain with { Scale = 60f });
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Attention_agrees_with_double_precision(string name, int tokens, KvLayerShape shape, AttentionParameters parameters)
    {
        var problem = new AttentionProblem(shape, parameters, tokens, seed: name.Length);
        float[] actual = problem.Run(threads: 2, pieces: [tokens]);
        double[] expected = problem.Reference();
        double tolerance = 2e-5 * Math.Max(1, parameters.Scale);
        for (int i = 0; i < actual.Length; i++) Assert.Equal(expected[i], actual[i], tolerance * Math.Max(1, Math.Abs(expected[i])));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bits_do_not_depend_on_threads_or_pieces(string name, int tokens, KvLayerShape shape, AttentionParameters parameters)
    {
        var problem = new AttentionProblem(shape, parameters, tokens, seed: name.Length);
        float[] whole = problem.Run(threads: 1, pieces: [tokens]);
        Assert.Equal(whole, problem.Run(threads: 2, pieces: [tokens]));
        if (!parameters.Causal) return; // the whole sequence comes in one piece then
        Assert.Equal(whole, problem.Run(threads: 3, pieces: Enumerable.Repeat(1, tokens)));
        Assert.Equal(whole, problem.Run(threads: 2, pieces: Pieces(tokens, 7)));
        Assert.Equal(whole, problem.Run(threads: 2, pieces: Pieces(tokens, 64)));
    }

    [Fact]
    public void Bits_do_not_depend_on_another_sequence_in_the_batch()
    {
        var shape = new KvLayerShape(2, 16, 16);
        var parameters = new AttentionParameters { Heads = 6, Scale = 0.25f, Window = 33 };
        var first = new AttentionProblem(shape, parameters, 90, seed: 1);
        var second = new AttentionProblem(shape, parameters, 41, seed: 2);
        (float[] a, float[] b) = first.RunBeside(second);
        Assert.Equal(first.Run(threads: 2, pieces: [90]), a);
        Assert.Equal(second.Run(threads: 2, pieces: [41]), b);
    }

    [Fact]
    public void Heads_that_do_not_divide_are_refused()
    {
        var problem = new AttentionProblem(new KvLayerShape(3, 8, 8), new AttentionParameters { Heads = 4, Scale = 1 }, 3, seed: 5);
        Assert.Throws<ArgumentException>(() => problem.Run(threads: 1, pieces: [3]));
    }

    private static IEnumerable<int> Pieces(int tokens, int size)
    {
        for (int done = 0; done < tokens; done += size) yield return Math.Min(size, tokens - done);
    }
}
