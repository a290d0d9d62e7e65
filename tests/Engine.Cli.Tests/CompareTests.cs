using System.Text.Json;
using System.Xml.Linq;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary><c>engine compare</c>.</summary>
public class CompareTests
{
    private static readonly string Text = string.Concat(
        Enumerable.Range(0, 60).Select(i => FormattableString.Invariant($"The number {i} is even or odd. ")));

    [Fact]
    public void Models_are_measured_against_the_first_and_drawn()
    {
        string folder = SharedFiles.Require("fixtures/models/llama-k");
        string[] files = [.. new[] { "model-f32", "quant/Q8_0", "quant/Q4_K_M", "quant/Q2_K" }.Select(name => Path.Combine(folder, name + ".gguf"))];
        using var temporary = new TemporaryFolder();
        string text = temporary.Write("text.txt", Text), svg = temporary["plot.svg"];
        string[] windows = ["-f", text, "-c", "32", "--chunks", "4", "--exact"];
        JsonElement[] rows =
        [
            .. JsonDocument.Parse(EngineProcess.Run(["compare", .. files, .. windows, "-p", "16", "-n", "2", "-r", "1", "-o", "json", "--svg", svg])
                .AssertSuccess()).RootElement.EnumerateArray(),
        ];
        Assert.Equal(["F32", "Q8_0", "Q4_K_M", "Q2_K"], rows.Select(row => row.GetProperty("type").GetString()));
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("kld_mean").ValueKind);
        double[] divergences = [.. rows[1..].Select(row => row.GetProperty("kld_mean").GetDouble())];
        Assert.Equal(divergences.Order(), divergences);
        Assert.All(rows, row => Assert.True(row.GetProperty("prompt_ts").GetDouble() > 0 && row.GetProperty("decode_ts").GetDouble() > 0));
        Assert.All(files.Zip(rows), pair => Assert.Equal(new FileInfo(pair.First).Length, pair.Second.GetProperty("file_bytes").GetInt64()));
        // The same figure as engine kld gives.
        JsonElement kld = JsonDocument.Parse(EngineProcess.Run(
            ["kld", files[2], "--base", files[0], "--base-exact", .. windows, "--json"]).AssertSuccess()).RootElement;
        Assert.Equal(kld.GetProperty("mean").GetDouble(), divergences[1], 2e-3 * divergences[1] + 1e-4);
        XDocument drawing = XDocument.Load(svg);
        XNamespace ns = "http://www.w3.org/2000/svg";
        Assert.Equal(3, drawing.Descendants(ns + "circle").Count());
        string[] labels = [.. drawing.Descendants(ns + "text").Select(label => label.Value)];
        Assert.All((string[])["Q8_0", "Q4_K_M", "Q2_K"], name => Assert.Contains(name, labels));
        Assert.Contains(labels, label => label.StartsWith("file size", StringComparison.Ordinal));
    }

    [Fact]
    public void The_default_model_compares_with_itself_as_text_and_as_markdown()
    {
        using var temporary = new TemporaryFolder();
        string[] arguments =
        [
            "compare", DefaultModel.Path, DefaultModel.Path, "-f", temporary.Write("text.txt", Text), "-c", "16", "--chunks", "1", "-p", "0",
            "-n", "0",
        ];
        string[] text = EngineProcess.Run(arguments).AssertSuccess().TrimEnd('\n').Split('\n');
        Assert.Equal(4, text.Length);
        Assert.Contains("llama.cpp's convention", text[3], StringComparison.Ordinal);
        string[] table = EngineProcess.Run([.. arguments, "-o", "md"]).AssertSuccess().Split('\n');
        Assert.Equal(13, table[0].Split('|').Length);
        Assert.Contains("100.0 %", table[3], StringComparison.Ordinal);
        EngineProcess.Run("compare", "-f", temporary["text.txt"]).AssertFailure(2);
    }
}
