using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Formats;
using Engine.Quantization.Synthetic;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary><c>engine plan</c>.</summary>
public class PlanTests
{
    private const double Mebi = 1 << 20;

    [Fact]
    public void The_memory_planned_is_what_a_run_takes()
    {
        JsonElement plan = Plan("--context", "512");
        double planned = plan.GetProperty("types")[0].GetProperty("total_bytes").GetDouble();
        EngineResult run = EngineProcess.Run("bench", DefaultModel.Path, "-p", "512", "-n", "0", "-r", "1", "--verbose");
        Match most = Regex.Match(run.Error, @"([\d.]+) MiB at most");
        Assert.True(most.Success, run.Error);
        double taken = double.Parse(most.Groups[1].Value, CultureInfo.InvariantCulture) * Mebi;
        Assert.InRange(planned, taken - Math.Max(0.05 * taken, 30e6), taken + Math.Max(0.05 * taken, 30e6));
    }

    [Theory]
    [InlineData("quality", "F16")]
    [InlineData("server", "Q8_0")]
    [InlineData("edge", "Q4_K_M")]
    [InlineData("finetune", "F16")]
    public void An_unquantized_model_is_to_take_the_type_for_the_purpose(string purpose, string type)
    {
        using var folder = new TemporaryFolder();
        string model = folder["model.gguf"];
        SyntheticModel.Create(new ModelShape("small", "llama", 1, 256, 256, 4, 4, 512, 512, 10_000), QuantType.F16).Write(model);
        Assert.Equal(type, Recommended(Plan(model, "--memory", "8GB", "--use", purpose)));
        Assert.Null(Recommended(Plan(model, "--memory", "1MB")));
    }

    /// <summary>No type holds more than its weights still carry.</summary>
    [Theory]
    [InlineData("quality")]
    [InlineData("edge")]
    [InlineData("speed")]
    public void A_quantized_model_is_to_be_run_as_it_is(string purpose)
    {
        Assert.Equal("as it is", Recommended(Plan("--memory", "8GB", "--use", purpose)));
        Assert.Null(Recommended(Plan("--memory", "1MB", "--use", purpose)));
    }

    [Fact]
    public void Where_a_quantized_model_does_not_fit_the_largest_smaller_type_is_recommended()
    {
        JsonElement all = Plan("--context", "512");
        long asItIs = all.GetProperty("types")[0].GetProperty("total_bytes").GetInt64();
        JsonElement tight = Plan("--memory", $"{asItIs - 1}", "--context", "512");
        JsonElement chosen = tight.GetProperty("types").EnumerateArray().First(type => type.GetProperty("type").GetString() == Recommended(tight));
        Assert.True(chosen.GetProperty("fits").GetBoolean());
        Assert.InRange(chosen.GetProperty("file_bytes").GetInt64(), 1, all.GetProperty("types")[0].GetProperty("file_bytes").GetInt64() - 1);
    }

    [Fact]
    public void Wrong_sizes_and_purposes_are_usage_errors()
    {
        EngineProcess.Run("plan", "--memory", "much").AssertFailure(2);
        EngineProcess.Run("plan", "--use", "nothing").AssertFailure(2);
        Assert.Contains("take", EngineProcess.Run("plan").AssertSuccess(), StringComparison.Ordinal);
    }

    private static string? Recommended(JsonElement plan) => plan.GetProperty("recommended").GetString();

    private static JsonElement Plan(params string[] arguments) =>
        JsonDocument.Parse(EngineProcess.Run(["plan", .. arguments, "--json"]).AssertSuccess()).RootElement;
}
