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
    public void Labels_of_a_crowded_plot_cover_neither_each_other_nor_a_mark()
    {
        string folder = SharedFiles.Require("fixtures/models/llama-k");
        string[] types = ["IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "Q2_K", "IQ3_S", "Q3_K_M", "IQ4_XS", "IQ4_NL", "Q4_0"];
        using var temporary = new TemporaryFolder();
        string svg = temporary["plot.svg"], twin = temporary["twin.gguf"];
        File.Copy(Path.Combine(folder, "quant/Q4_0.gguf"), twin);
        string[] files = [Path.Combine(folder, "model-f32.gguf"), .. types.Select(type => Path.Combine(folder, $"quant/{type}.gguf")), twin];
        string[] options = ["-f", temporary.Write("text.txt", Text), "-c", "16", "--chunks", "1", "-p", "0", "-n", "0", "--svg", svg];
        EngineProcess.Run(["compare", .. files, .. options]).AssertSuccess();
        XNamespace ns = "http://www.w3.org/2000/svg";
        XDocument drawing = XDocument.Load(svg);
        double[][] marks = [.. drawing.Descendants(ns + "circle").Select(circle => Numbers(circle, "cx", "cy"))];
        // After the frame's texts each mark has one; a character is some 6 pixels wide, a line 10 high.
        XElement[] labels = [.. drawing.Descendants(ns + "circle").Select(circle => circle.ElementsAfterSelf(ns + "text").First())];
        Assert.Contains("twin", labels.Select(label => label.Value));
        Assert.Contains("Q4_0", labels.Select(label => label.Value));
        double[][] boxes =
        [
            .. labels.Select(label =>
            {
                double[] at = Numbers(label, "x", "y");
                double width = 6.0 * label.Value.Length, left = label.Attribute("text-anchor")!.Value == "end" ? at[0] - width : at[0];
                return new[] { left, at[1] - 9, left + width, at[1] + 1 };
            }),
        ];
        for (int i = 0; i < boxes.Length; i++)
        {
            Assert.DoesNotContain(boxes[..i], other => Meet(boxes[i], other));
            Assert.DoesNotContain(marks, mark => Meet(boxes[i], [mark[0] - 3, mark[1] - 3, mark[0] + 3, mark[1] + 3]));
        }

        static double[] Numbers(XElement element, params string[] names) => [.. names.Select(name => (double)element.Attribute(name)!)];
        static bool Meet(double[] a, double[] b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
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
