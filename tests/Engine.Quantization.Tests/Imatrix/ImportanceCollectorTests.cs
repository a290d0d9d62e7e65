using Engine.Evaluation;
using Engine.Quantization.Imatrix;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Imatrix;

/// <summary>Measuring, against files that llama-imatrix made of the same small models and text (data/importance).</summary>
public sealed class ImportanceCollectorTests
{
    private const int Window = 32, Chunks = 6;

    // F32 weights and caches on both sides; inside its attention llama.cpp rounds to F16.
    private const double Tolerance = 1e-3;

    [Theory]
    [InlineData("llama")]
    [InlineData("mixtral")]
    [InlineData("qwen3moe")]
    [InlineData("phi3")]
    [InlineData("deepseek2")]
    public void Sums_and_counts_are_those_of_llama_imatrix(string name)
    {
        ImportanceMatrix expected = ImportanceMatrix.Load(DataPath(name + ".gguf")), found = Collect(name, new ModelOptions { Exact = true });
        // Latent attention: here keys and values are decompressed before they are multiplied, there the queries are compressed.
        string[] names = [.. expected.Entries.Select(entry => entry.Name).Where(entry => !IsLatentUp(entry))];
        Assert.Equal(names, found.Entries.Select(entry => entry.Name).Where(entry => !IsLatentUp(entry)));
        Assert.Equal((expected.ChunkCount, expected.ChunkSize), (found.ChunkCount, found.ChunkSize));
        foreach (string entry in names)
        {
            ImportanceEntry theirs = expected.Entries.Single(one => one.Name == entry), ours = found.Entries.Single(one => one.Name == entry);
            Assert.Equal(theirs.Counts.ToArray(), ours.Counts.ToArray());
            Assert.Equal(theirs.Columns, ours.Columns);
            double largest = theirs.Sums.ToArray().Max();
            for (int i = 0; i < theirs.Sums.Length; i++) Assert.Equal(theirs.Sums[i], ours.Sums[i], Tolerance * largest);
        }
    }

    [Fact]
    public void Both_forms_of_llama_imatrix_files_give_the_same_weights()
    {
        ImportanceMatrix newer = ImportanceMatrix.Load(DataPath("mixtral.gguf")), older = ImportanceMatrix.Load(DataPath("mixtral.dat"), Window);
        Assert.Equal(newer.Entries.Select(entry => entry.Name), older.Entries.Select(entry => entry.Name));
        foreach (ImportanceEntry entry in newer.Entries)
        {
            float[] weights = entry.MeanSquares(), others = older.WeightsOf(entry.Name, entry.Columns, entry.Matrices)!;
            for (int i = 0; i < weights.Length; i++)
            {
                // The older form has weights of 1 for experts without tokens.
                if (entry.Counts[i / entry.Columns] > 0) Assert.Equal(weights[i], others[i], 1e-5f * weights.Max());
            }
        }
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("mixtral")]
    public void The_sums_have_the_same_bits_for_any_threads_and_batches(string name)
    {
        ImportanceMatrix expected = Collect(name, new ModelOptions { Threads = 1 });
        foreach (ModelOptions options in new[] { new ModelOptions { Threads = 3 }, new ModelOptions { Threads = 2, BatchSize = 5 } })
        {
            ImportanceMatrix found = Collect(name, options);
            foreach ((ImportanceEntry left, ImportanceEntry right) in expected.Entries.Zip(found.Entries))
                Assert.Equal(left.Sums.ToArray(), right.Sums.ToArray());
        }
    }

    [Fact]
    public void Measuring_leaves_no_observer_behind_and_gives_the_usual_perplexity()
    {
        using Model model = Load("phi3", new ModelOptions { Exact = true });
        TokenWindows windows = TokenWindows.Of(Text, model.Tokenizer, Window, Chunks);
        (ImportanceMatrix matrix, PerplexityResult perplexity) = ImportanceCollector.Collect(
            model, windows, "text", withOutput: true, cancellationToken: TestContext.Current.CancellationToken);
        Assert.All(model.Linears, linear => Assert.Null(linear.Observer));
        using Session session = model.CreateSession(new SessionOptions { ContextLength = Window });
        Assert.Equal(Perplexity.Measure(session, windows, cancellationToken: TestContext.Current.CancellationToken), perplexity);
        Assert.Contains(matrix.Entries, entry => entry.Name == "output.weight");
    }

    [Fact]
    public void Statistics_follow_from_their_definitions()
    {
        var matrix = new ImportanceMatrix(
            "m",
            [
                new ImportanceEntry("blk.0.a.weight", [2, 2, 2, 2], [2]),
                new ImportanceEntry("blk.1.a.weight", [8, 0, 0, 0], [2]),
                new ImportanceEntry("blk.1.e.weight", [1, 3, 0, 0], [1, 0]),
            ],
            [], 1);
        IReadOnlyList<ImportanceStatistics> found = ImportanceStatistics.Of(matrix);
        Assert.Equal((4.0, 1.0, 0.0, 2.0, 1.0, 1.0, 0.0, 4), (
            found[0].Total, found[0].Mean, found[0].Deviation, found[0].Entropy, found[0].NormalizedEntropy, found[0].Active,
            found[0].Outlying, found[0].Count));
        Assert.Null(found[0].Similarity);
        Assert.Equal((4.0, 1.0, 0.0, 0.25, 0.25), (found[1].Total, found[1].Mean, found[1].Entropy, found[1].Active, found[1].Outlying));
        Assert.Equal(Math.Sqrt(3), found[1].Deviation, 1e-12);
        Assert.Equal(0.5, found[1].Similarity!.Value, 1e-12);
        // The second expert saw nothing.
        Assert.Equal((2, 2.0, 1.0, 3.0), (found[2].Count, found[2].Mean, found[2].Minimum, found[2].Maximum));
    }

    private static string Text => File.ReadAllText(DataPath("text.txt"));

    private static string DataPath(string name) => Path.Combine(AppContext.BaseDirectory, "data", "importance", name);

    private static bool IsLatentUp(string name) =>
        name.Contains("attn_k_b", StringComparison.Ordinal) || name.Contains("attn_v_b", StringComparison.Ordinal);

    private static Model Load(string name, ModelOptions options) =>
        Model.Load(SharedFiles.Require($"fixtures/models/{name}/model-f32.gguf"), options);

    private static ImportanceMatrix Collect(string name, ModelOptions options)
    {
        using Model model = Load(name, options);
        TokenWindows windows = TokenWindows.Of(Text, model.Tokenizer, Window, Chunks);
        return ImportanceCollector.Collect(
            model, windows, "text.txt", cancellationToken: TestContext.Current.CancellationToken).Matrix;
    }
}
