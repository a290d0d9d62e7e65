using Engine.Formats;

namespace Engine.Kernels.Tests.AttentionKernel;

/// <summary>Random queries, keys and values of one sequence, the kernel's answer and a double-precision one.</summary>
internal sealed class AttentionProblem(KvLayerShape shape, AttentionParameters parameters, int tokens, int seed)
{
    private readonly float[] _queries = Fill(tokens * parameters.Heads * shape.KeySize, seed);
    private float[] _keys = Fill(tokens * shape.Heads * shape.KeySize, seed + 1000);
    private float[] _values = Fill(tokens * shape.Heads * shape.ValueSize, seed + 2000);

    /// <summary>In which numbers the cache keeps keys and values.</summary>
    internal KvCacheOptions Cache { get; init; } = new KvCacheOptions().Or(QuantType.F32);

    /// <summary>The same problem whose keys and values are already what a cache of these types would make of them.</summary>
    internal AttentionProblem Rounded(QuantType keyType, QuantType valueType) => new(shape, parameters, tokens, seed)
    {
        _keys = RoundTrip.Of(keyType, _keys),
        _values = RoundTrip.Of(valueType, _values),
    };

    /// <summary>Puts a value into a token's keys and values.</summary>
    internal void Spoil(int token, float value)
    {
        _keys[(token * shape.Heads + 1) * shape.KeySize - 1] = value;
        _values[(token * shape.Heads + 1) * shape.ValueSize - 2] = value;
    }

    private int OutputSize => parameters.Heads * shape.ValueSize;

    /// <summary>Results of all tokens, [tokens][Heads · ValueSize], with the prompt cut into pieces.</summary>
    internal float[] Run(int threads, IEnumerable<int> pieces)
    {
        using var cache = new KvCache([shape], tokens, Cache);
        using KvSequence sequence = cache.CreateSequence();
        using var pool = new WorkerPool(threads);
        using var scratch = new AttentionScratch();
        var result = new List<float>();
        int done = 0;
        foreach (int piece in pieces)
        {
            var batch = new Batch(piece);
            sequence.Reserve(done + piece);
            for (int i = 0; i < piece; i++) batch.Add(0, done + i, sequence, false);
            result.AddRange(Forward(batch, scratch, pool, (this, done, piece)));
            done += piece;
        }
        return [.. result];
    }

    /// <summary>Both problems in one batch and one cache, this one's tokens first; the other's in the same layer.</summary>
    internal (float[] Mine, float[] Others) RunBeside(AttentionProblem other)
    {
        using var cache = new KvCache([shape], 1000, Cache);
        using KvSequence mine = cache.CreateSequence();
        using KvSequence others = cache.CreateSequence();
        others.Reserve(other.Tokens);
        mine.Reserve(Tokens);
        using var pool = new WorkerPool(2);
        using var scratch = new AttentionScratch();
        var batch = new Batch(Tokens + other.Tokens);
        for (int i = 0; i < Tokens; i++) batch.Add(0, i, mine, false);
        for (int i = 0; i < other.Tokens; i++) batch.Add(0, i, others, false);
        float[] all = Forward(batch, scratch, pool, (this, 0, Tokens), (other, 0, other.Tokens));
        return (all[..(Tokens * OutputSize)], all[(Tokens * OutputSize)..]);
    }

    /// <summary>The definition, in double precision.</summary>
    internal double[] Reference()
    {
        double[] output = new double[tokens * OutputSize];
        int group = parameters.Heads / shape.Heads;
        for (int token = 0; token < tokens; token++)
        {
            for (int head = 0; head < parameters.Heads; head++)
            {
                int kvHead = head / group;
                int begin = parameters.Window > 0 ? Math.Max(0, token - parameters.Window + 1) : 0;
                int end = parameters.Causal ? token + 1 : tokens;
                double[] scores = [.. Enumerable.Range(begin, end - begin).Select(key => Score(token, head, key, kvHead))];
                double maximum = scores.Max();
                double sum = parameters.Sinks is { } sinks ? Math.Exp(sinks[head] - maximum) : 0;
                sum += scores.Sum(score => Math.Exp(score - maximum));
                for (int i = 0; i < shape.ValueSize; i++)
                {
                    double total = 0;
                    for (int key = begin; key < end; key++)
                    {
                        total += Math.Exp(scores[key - begin] - maximum) * _values[(key * shape.Heads + kvHead) * shape.ValueSize + i];
                    }
                    output[token * OutputSize + head * shape.ValueSize + i] = total / sum;
                }
            }
        }
        return output;
    }

    private int Tokens => tokens;

    private double Score(int token, int head, int key, int kvHead)
    {
        double dot = 0;
        for (int i = 0; i < shape.KeySize; i++)
        {
            dot += (double)_queries[(token * parameters.Heads + head) * shape.KeySize + i] * _keys[(key * shape.Heads + kvHead) * shape.KeySize + i];
        }
        dot *= parameters.Scale;
        return parameters.SoftCap > 0 ? parameters.SoftCap * Math.Tanh(dot / parameters.SoftCap) : dot;
    }

    private float[] Forward(Batch batch, AttentionScratch scratch, WorkerPool pool, params (AttentionProblem Problem, int First, int Count)[] parts)
    {
        using Activation queries = Gather(batch.Count, parameters.Heads * shape.KeySize, parts, problem => problem._queries);
        using Activation keys = Gather(batch.Count, shape.Heads * shape.KeySize, parts, problem => problem._keys);
        using Activation values = Gather(batch.Count, shape.Heads * shape.ValueSize, parts, problem => problem._values);
        using var output = new Activation(batch.Count, OutputSize) { Rows = batch.Count };
        Attention.Store(batch, 0, keys, values, scratch, pool);
        Attention.Compute(batch, 0, queries, output, parameters, scratch, pool);
        return [.. Enumerable.Range(0, batch.Count).SelectMany(token => output.Row(token).ToArray())];
    }

    private static Activation Gather(
        int rows, int columns, (AttentionProblem Problem, int First, int Count)[] parts, Func<AttentionProblem, float[]> source)
    {
        var activation = new Activation(rows, columns) { Rows = rows };
        int row = 0;
        foreach ((AttentionProblem problem, int first, int count) in parts)
        {
            for (int i = 0; i < count; i++) source(problem).AsSpan((first + i) * columns, columns).CopyTo(activation.Row(row++));
        }
        return activation;
    }

    private static float[] Fill(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(2 * random.NextDouble() - 1))];
    }
}
