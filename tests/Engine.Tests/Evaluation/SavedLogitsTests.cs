using Engine.Evaluation;
using Engine.Formats;
using Engine.Testing;
using Engine.Tests.Models;
using Xunit;

namespace Engine.Tests.Evaluation;

/// <summary>Predictions of a base model in llama-perplexity's file (data/evaluation).</summary>
public sealed class SavedLogitsTests
{
    private const int Seed = 20261124;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Peer => Path.Combine(AppContext.BaseDirectory, "data", "evaluation", "llama-k.kld");

    // What llama-perplexity --kl-divergence prints for the same weights and file.
    [Theory]
    [InlineData(
        "Q4_0", 40110786.31, 0.735448, 0.075867, 0.510857, 1.919052, 2.268881, 3.894743, 4.876165, 4.991964, 0.63710, 0.04336, 0.01890,
        0.00941)]
    [InlineData(
        "Q6_K", 35804417.18, 0.028996, 0.002995, 0.018757, 0.072931, 0.096565, 0.131466, 0.159211, 0.162925, 0.88710, 0.02854, 0.00446,
        0.00213)]
    public void The_divergence_from_saved_predictions_is_what_llama_perplexity_finds(
        string type, double perplexity, double mean, double error, double median, double p90, double p95, double p99, double p999, double max,
        double sameTop, double sameTopError, double rms, double rmsError)
    {
        using LogitFile file = LogitFile.Open(Peer);
        using Model model = Model.Load(FixtureModels.Path("llama-k", $"quant/{type}.gguf"), new ModelOptions { Exact = true });
        using Session session = model.CreateSession(new SessionOptions { ContextLength = file.WindowLength });
        DivergenceResult found = Divergence.Measure(session, file, Windows(file, model), cancellationToken: Token);
        const double Tolerance = 0.01;
        Assert.Equal(perplexity, found.Model.Value, perplexity * Tolerance);
        Assert.InRange(found.Base.Value, 2089522.4, 2089522.6);
        Assert.InRange(found.Base.StandardError, 585948.4, 585948.7);
        Assert.Equal(perplexity / 2089522.479749, found.PerplexityRatio.Value, found.PerplexityRatio.Value * Tolerance);
        Assert.Equal(mean, found.Mean, mean * Tolerance);
        Assert.Equal(error, found.StandardError, error * Tolerance);
        Assert.Equal(median, found.Median, median * Tolerance);
        Assert.Equal(p90, found.Percentile90, p90 * Tolerance);
        Assert.Equal(p95, found.Percentile95, p95 * Tolerance);
        Assert.Equal(p99, found.Percentile99, p99 * Tolerance);
        Assert.Equal(p999, found.Percentile999, p999 * Tolerance);
        Assert.Equal(max, found.Maximum, max * Tolerance);
        Assert.Equal(sameTop, found.SameTop, 1e-5);
        Assert.Equal(sameTopError, found.SameTopError, 1e-5);
        Assert.Equal(rms, found.ProbabilityRms.Value, rms * Tolerance);
        Assert.Equal(rmsError, found.ProbabilityRms.StandardError, rmsError * Tolerance);
        Assert.Equal(124, found.Positions);
    }

    [Fact]
    public void A_saved_base_gives_what_a_running_one_gives()
    {
        using var folder = new TemporaryFolder();
        TinyModel tiny = TinyFamilies.All[0].Create();
        using Model baseModel = tiny.Load(), model = TinyFamilies.All[1].Create().Load();
        using Session baseSession = baseModel.CreateSession(), session = model.CreateSession();
        int[] text = [.. Enumerable.Range(0, 130).Select(i => i * i * 7 % TinyFamily.Vocabulary)];
        var windows = new TokenWindows(text, 32);
        DivergenceResult? running = null;
        AtomicFile.Write(folder["base"], stream => running = Divergence.Measure(
            session, baseSession, windows, new LogitFileWriter(stream, windows, TinyFamily.Vocabulary), cancellationToken: Token));
        AtomicFile.Write(folder["again"], stream => Perplexity.Measure(
            baseSession, windows, new LogitFileWriter(stream, windows, TinyFamily.Vocabulary), cancellationToken: Token));
        Assert.Equal(File.ReadAllBytes(folder["base"]), File.ReadAllBytes(folder["again"]));
        using LogitFile file = LogitFile.Open(folder["base"]);
        Assert.Equal(windows.Tokens.ToArray(), file.Tokens.ToArray());
        DivergenceResult saved = Divergence.Measure(session, file, windows, cancellationToken: Token);
        Assert.Equal(running!.Mean, saved.Mean, 1e-4);
        Assert.Equal(running.Base.Value, saved.Base.Value, 1e-3 * running.Base.Value);
        Assert.Equal(running.Model.Value, saved.Model.Value);
        Assert.Equal(running.SameTop, saved.SameTop);
        Assert.True(running.Mean > 0.01);
    }

    [Fact]
    public void Codes_span_sixteen_below_the_likeliest_and_lose_little()
    {
        float[] logits = [3, -1, 2.5f, -13.5f, -40, 1];
        byte[] row = new byte[LogitFile.RowBytes(logits.Length)];
        LogitFileWriter.Encode(logits, row);
        float scale = BitConverter.ToSingle(row, 0), smallest = BitConverter.ToSingle(row, 4);
        double sum = Math.Log(logits.Sum(logit => Math.Exp(logit)));
        Assert.Equal(16f / 65535, scale);
        Assert.Equal(-13 - sum, smallest, 1e-5);
        float[] expected = [3, -1, 2.5f, -13, -13, 1];
        for (int i = 0; i < logits.Length; i++)
            Assert.Equal(expected[i] - sum, scale * BitConverter.ToUInt16(row, 8 + 2 * i) + smallest, 16.0 / 65535);
        LogitFileWriter.Encode([2, 2, 2], row.AsSpan(0, LogitFile.RowBytes(3)));
        Assert.Equal((0f, 0), (BitConverter.ToSingle(row, 0), BitConverter.ToUInt16(row, 8)));
    }

    [Fact]
    public void Windows_of_another_text_or_convention_are_refused()
    {
        using LogitFile file = LogitFile.Open(Peer);
        using Model model = TinyFamilies.All[0].Create().Load();
        using Session session = model.CreateSession();
        int[] other = [.. file.Tokens.ToArray().Select(token => token ^ 1)];
        Assert.Throws<ArgumentException>(() => Divergence.Measure(session, file, new TokenWindows(other, file.WindowLength)));
        Assert.Throws<ArgumentException>(() => Divergence.Measure(session, file, new TokenWindows(file.Tokens, 32)));
        var papers = new TokenWindows(file.Tokens, file.WindowLength, convention: WindowConvention.Papers);
        Assert.Throws<ArgumentException>(() => Divergence.Measure(session, file, papers));
        Assert.Throws<ArgumentException>(() => new LogitFileWriter(Stream.Null, papers, 4));
    }

    [Fact]
    public void Damaged_files_are_refused_or_read_but_never_crash()
    {
        using var folder = new TemporaryFolder();
        var windows = new TokenWindows([1, 2, 0, 1, 2, 0, 1, 2], 4);
        using var stream = new MemoryStream();
        var writer = new LogitFileWriter(stream, windows, 3);
        writer.Add([1, 2, 3]);
        writer.Add([3, -20, 1]);
        byte[] whole = stream.ToArray();
        int opened = 0, refused = 0;
        foreach (byte[] mutant in Mutants.Truncated(whole).Append(whole).Concat(Mutants.Random(whole, Seed, 1500)))
        {
            try
            {
                using LogitFile file = LogitFile.Open(folder.Write("mutant", mutant));
                file.ReadRow(file.WindowCount - 1, 0, new float[file.VocabularySize]);
                opened++;
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }
        Assert.True(opened > 50 && refused > 300, $"{opened} opened, {refused} refused");
        Assert.Throws<ModelFormatException>(() => LogitFile.Open(folder["missing"]));
        Assert.Throws<ModelFormatException>(() => LogitFile.Open(folder.Path));
    }

    private static TokenWindows Windows(LogitFile file, Model model) =>
        new(file.Tokens, file.WindowLength, TokenWindows.Beginning(model.Tokenizer, WindowConvention.LlamaCpp));
}
