using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary><c>engine quant-error</c>.</summary>
public class QuantErrorTests
{
    [Fact]
    public void More_bits_and_smaller_groups_err_less()
    {
        string model = SharedFiles.Require("fixtures/models/llama-k/model-f32.gguf");
        double Noise(params string[] arguments) =>
            Rows(["quant-error", model, "--json", .. arguments]).Last().GetProperty("snr_db").GetDouble();
        double eight = Noise("--bits", "8"), four = Noise("--bits", "4");
        // A bit is worth some 6 decibels.
        Assert.InRange(eight - four, 20, 28);
        Assert.InRange(Noise("--bits", "4", "--granularity", "group", "--group-size", "32"), four + 1, four + 10);
        Assert.True(Noise("--bits", "4", "--granularity", "tensor") < four);
        Assert.True(Noise("--bits", "3", "--calibration", "mse") > Noise("--bits", "3"));
        Assert.InRange(Noise("--bits", "8", "--scheme", "log"), 10, 20);
    }

    [Fact]
    public void A_quantized_file_is_compared_tensor_by_tensor()
    {
        string model = SharedFiles.Require("fixtures/models/llama-k/model-f32.gguf");
        string other = SharedFiles.Require("fixtures/models/llama-k/quant/Q4_K_M.gguf");
        JsonElement[] rows = Rows("quant-error", model, "--against", other, "--json");
        JsonElement down = rows.First(row => row.GetProperty("tensor").GetString()!.EndsWith("ffn_down.weight", StringComparison.Ordinal));
        Assert.Contains(down.GetProperty("as").GetString(), (string[])["Q4_K", "Q6_K"]);
        Assert.InRange(down.GetProperty("snr_db").GetDouble(), 18, 40);
        Assert.InRange(down.GetProperty("cosine").GetDouble(), 0.99, 1);
        Assert.Equal("mix", rows[^1].GetProperty("as").GetString());
        string line = EngineProcess.Run(
            "quant-error", model, "--against", SharedFiles.Require("fixtures/models/llama/model-f32.gguf")).AssertFailure(1);
        Assert.Contains("found", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_models_tensors_are_listed_with_their_errors()
    {
        string table = EngineProcess.Run("quant-error", "--bits", "8").AssertSuccess();
        Assert.StartsWith("tensor", table, StringComparison.Ordinal);
        Assert.Contains("blk.29.ffn_down.weight", table, StringComparison.Ordinal);
        Assert.StartsWith("(all)", table.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
        EngineProcess.Run("quant-error", "--bits", "9").AssertFailure(2);
        EngineProcess.Run("quant-error", "--granularity", "group", "--calibration", "entropy").AssertFailure(2);
    }

    private static JsonElement[] Rows(params string[] arguments) =>
        [.. JsonDocument.Parse(EngineProcess.Run(arguments).AssertSuccess()).RootElement.EnumerateArray()];
}
