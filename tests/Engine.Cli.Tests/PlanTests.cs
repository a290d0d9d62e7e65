using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
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

    [Fact]
    public void The_recommendation_fits_the_memory_and_the_purpose()
    {
        Assert.Equal("F16", Plan("--memory", "8GB").GetProperty("recommended").GetString());
        Assert.Equal("Q8_0", Plan("--memory", "8GB", "--use", "server").GetProperty("recommended").GetString());
        Assert.Equal("Q4_K_M", Plan("--memory", "8GB", "--use", "edge").GetProperty("recommended").GetString());
        Assert.Equal(JsonValueKind.Null, Plan("--memory", "1MB").GetProperty("recommended").ValueKind);
        JsonElement tight = Plan("--memory", "300MB", "--context", "512");
        string name = tight.GetProperty("recommended").GetString()!;
        JsonElement chosen = tight.GetProperty("types").EnumerateArray().First(type => type.GetProperty("type").GetString() == name);
        Assert.True(chosen.GetProperty("fits").GetBoolean());
        Assert.NotEqual("F16", name);
        Assert.InRange(chosen.GetProperty("total_bytes").GetInt64(), 1, 300_000_000);
    }

    [Fact]
    public void Wrong_sizes_and_purposes_are_usage_errors()
    {
        EngineProcess.Run("plan", "--memory", "much").AssertFailure(2);
        EngineProcess.Run("plan", "--use", "nothing").AssertFailure(2);
        Assert.Contains("take", EngineProcess.Run("plan").AssertSuccess(), StringComparison.Ordinal);
    }

    private static JsonElement Plan(params string[] arguments) =>
        JsonDocument.Parse(EngineProcess.Run(["plan", .. arguments, "--json"]).AssertSuccess()).RootElement;
}
