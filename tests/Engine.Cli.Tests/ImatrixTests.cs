using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary><c>engine imatrix</c>, and predictions saved for <c>engine kld</c>.</summary>
public class ImatrixTests
{
    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"The number {i} is even or odd. ")));

    [Fact]
    public void A_matrix_is_measured_merged_and_described()
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("text.txt", Text), one = folder["one.gguf"], two = folder["two.gguf"], both = folder["both.gguf"];
        JsonElement made = Parse("imatrix", "-f", text, "-c", "32", "--chunks", "2", "-t", "1", "-o", one, "--json");
        Assert.Equal(210, made.GetProperty("tensors").GetInt32());
        Assert.Equal(2, made.GetProperty("chunks").GetInt32());
        Assert.InRange(made.GetProperty("ppl").GetDouble(), 1, 100);
        // The same bytes for any number of threads.
        EngineProcess.Run("imatrix", "-f", text, "-c", "32", "--chunks", "2", "-t", "2", "-o", two).AssertSuccess();
        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(two));
        JsonElement merged = Parse("imatrix", "--in-file", one, "--in-file", two, "-o", both, "--json");
        Assert.Equal(4, merged.GetProperty("chunks").GetInt32());
        JsonElement[] single = Statistics(one), sum = Statistics(both);
        Assert.Equal(210, single.Length);
        // Means stay when everything is counted twice.
        Assert.Equal(single.Select(Mean), sum.Select(Mean));
        Assert.Contains("blk.0.attn_q.weight", EngineProcess.Run("imatrix", "--in-file", one, "--show-statistics").AssertSuccess(), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_overwritten_or_made_of_nothing()
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("text.txt", Text), taken = folder.Write("taken.gguf", "precious");
        Assert.Contains("--force", EngineProcess.Run("imatrix", "-f", text, "-o", taken).AssertFailure(1), StringComparison.Ordinal);
        Assert.Equal("precious", File.ReadAllText(taken));
        Assert.Contains("input", EngineProcess.Run("imatrix", "-f", text, "-o", text, "--force").AssertFailure(1), StringComparison.Ordinal);
        EngineProcess.Run("imatrix", "-o", folder["a.gguf"]).AssertFailure(2);
        string line = EngineProcess.Run("imatrix", "--in-file", taken, "-o", folder["a.gguf"]).AssertFailure(1);
        Assert.Contains("importance matrix", line, StringComparison.Ordinal);
        line = EngineProcess.Run("imatrix", "-f", folder.Write("empty.txt", ""), "-o", folder["a.gguf"]).AssertFailure(1);
        Assert.Contains("0 tokens", line, StringComparison.Ordinal);
        line = EngineProcess.Run("imatrix", "-f", text, "-o", folder["no/such/a.gguf"]).AssertFailure(1);
        Assert.Contains("no such folder", line, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["a.gguf"]));
    }

    [Fact]
    public void Predictions_are_saved_and_compared_with()
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("text.txt", Text), saved = folder["base.kld"];
        string[] windows = ["-f", text, "-c", "32", "--chunks", "2"];
        JsonElement measured = Parse(["perplexity", .. windows, "--exact", "--save-base", saved, "--json"]);
        Assert.Equal("llama.cpp", measured.GetProperty("convention").GetString());
        JsonElement fromFile = Parse("kld", "--base-logits", saved, "--json");
        JsonElement beside = Parse(["kld", "--base", DefaultModel.Path, "--base-exact", .. windows, "--json"]);
        Assert.Equal(measured.GetProperty("ppl").GetDouble(), fromFile.GetProperty("ppl_base").GetDouble(), 1e-2);
        Assert.Equal(beside.GetProperty("ppl").GetDouble(), fromFile.GetProperty("ppl").GetDouble());
        Assert.Equal(beside.GetProperty("mean").GetDouble(), fromFile.GetProperty("mean").GetDouble(), 1e-4);
        Assert.Equal(30, fromFile.GetProperty("positions").GetInt32());
        double[] ascending = [.. new[] { "median", "p90", "p95", "p99", "p999", "max" }.Select(name => fromFile.GetProperty(name).GetDouble())];
        Assert.Equal(ascending.Order(), ascending);
        string other = folder.Write("other.txt", Text[5..]);
        string line = EngineProcess.Run("kld", "--base-logits", saved, "-f", other).AssertFailure(1);
        Assert.Contains("another text", line, StringComparison.Ordinal);
        EngineProcess.Run("kld", "--base-logits", saved, "--base", DefaultModel.Path).AssertFailure(2);
        EngineProcess.Run("kld", "--base-logits", text).AssertFailure(1);
        EngineProcess.Run(["perplexity", .. windows, "--convention", "papers", "--save-base", folder["b"]]).AssertFailure(2);
    }

    [Fact]
    public void The_convention_is_printed_with_the_number()
    {
        using var folder = new TemporaryFolder();
        string[] windows = ["perplexity", "-f", folder.Write("text.txt", Text), "-c", "64", "--chunks", "1"];
        string half = EngineProcess.Run(windows).AssertSuccess(), whole = EngineProcess.Run([.. windows, "--convention", "papers"]).AssertSuccess();
        Assert.Contains("llama.cpp's convention: 1 windows of 64 tokens", half, StringComparison.Ordinal);
        Assert.Contains("the papers' convention: 1 windows of 64 tokens, all scored", whole, StringComparison.Ordinal);
        Assert.NotEqual(half.Split(' ')[0], whole.Split(' ')[0]);
        string line = EngineProcess.Run("perplexity", "-f", folder["text.txt"], "--convention", "papers").AssertFailure(1);
        Assert.Contains("2048", line, StringComparison.Ordinal);
    }

    private static double Mean(JsonElement tensor) => tensor.GetProperty("mean").GetDouble();

    private static JsonElement[] Statistics(string path) =>
        [.. Parse("imatrix", "--in-file", path, "--show-statistics", "--json").EnumerateArray()];

    private static JsonElement Parse(params string[] arguments) =>
        JsonDocument.Parse(EngineProcess.Run(arguments).AssertSuccess()).RootElement;
}
