using System.Diagnostics;
using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

public class RunTests
{
    // What the default model answers greedily, from the reference values (fixtures/smollm2/reference.json).
    private const string Question = "What is the capital of France?";
    private const string Answer = "The capital of France is Paris.";
    private static readonly int[] AnswerIds = [504, 3575, 282, 4649, 314, 7042, 30, 2];

    // A step whose recorded margin is smaller may differ in another order of additions, and ends the comparison.
    private const double SmallestMargin = 0.01;

    [Fact]
    public void The_answer_and_nothing_else_goes_to_stdout()
    {
        Assert.Equal(Answer, EngineProcess.Run("run", "-p", Question, "--temp", "0", "--exact").AssertSuccess());
    }

    [Fact]
    public void Json_gives_ids_text_and_finish()
    {
        var json = RunJson("-p", Question, "--temp", "0", "--exact");
        Assert.Equal(AnswerIds, Ids(json));
        Assert.Equal(Answer, json.GetProperty("text").GetString());
        Assert.Equal("stop", json.GetProperty("finish").GetString());
        Assert.Equal(["ids", "text", "finish"], json.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void The_prompt_may_come_from_stdin_or_a_file()
    {
        string[] greedy = ["--temp", "0", "--exact"];
        Assert.Equal(Answer, EngineProcess.RunWithInput(Question, ["run", .. greedy]).AssertSuccess());
        using var folder = new TemporaryFolder();
        string file = folder.Write("question.txt", Question);
        Assert.Equal(Answer, EngineProcess.Run(["run", "--prompt-file", file, .. greedy]).AssertSuccess());
        Assert.Equal(Answer, EngineProcess.Run(["run", "-m", DefaultModel.Path, "-f", file, .. greedy]).AssertSuccess());
    }

    [Fact]
    public void The_line_end_of_a_file_is_no_part_of_the_question()
    {
        string[] greedy = ["run", "-n", "8", "--temp", "0"];
        string asked = EngineProcess.Run([.. greedy, "-p", Question]).AssertSuccess();
        Assert.Equal(asked, EngineProcess.RunWithInput(Question + "\n", greedy).AssertSuccess());
        Assert.Equal(asked, EngineProcess.RunWithInput(Question + "\r\n", greedy).AssertSuccess());
        EngineProcess.RunWithInput("\n", greedy).AssertFailure(2);
        string raw = EngineProcess.RunWithInput("A\n", "logits", "--raw", "--json").AssertSuccess();
        Assert.StartsWith("{\"ids\":[49,198]", raw, StringComparison.Ordinal);
    }

    [Fact]
    public void The_length_and_a_stop_text_end_the_answer()
    {
        var length = RunJson("-p", Question, "--temp", "0", "-n", "3");
        Assert.Equal(3, Ids(length).Length);
        Assert.Equal("length", length.GetProperty("finish").GetString());
        var stopped = RunJson("-p", Question, "--temp", "0", "--exact", "--stop", " France");
        Assert.Equal("The capital of", stopped.GetProperty("text").GetString());
        Assert.Equal("stop", stopped.GetProperty("finish").GetString());
    }

    [Fact]
    public void A_full_context_ends_the_answer_and_says_so()
    {
        var full = RunJson("--ids", "504,2365,6354,16438", "-c", "8", "--temp", "0");
        Assert.Equal("context", full.GetProperty("finish").GetString());
        Assert.Equal(5, Ids(full).Length);
    }

    [Fact]
    public void The_same_seed_gives_the_same_answer()
    {
        string[] options = ["-p", "Tell me a story.", "--raw", "-n", "12", "--seed", "7", "--temp", "1.5"];
        Assert.Equal(Ids(RunJson(options)), Ids(RunJson(options)));
        Assert.NotEqual(Ids(RunJson(options)), Ids(RunJson([.. options[..6], "8", "--temp", "1.5"])));
    }

    [Fact]
    public void Verbose_tells_times_and_memory_on_stderr()
    {
        var result = EngineProcess.Run("run", "-p", Question, "-n", "4", "--temp", "0", "--verbose");
        Assert.Equal(0, result.ExitCode);
        foreach (string field in (string[])["load", "reading", "repacking", "prompt", "decode", "first token", "memory", "tokens/s"])
            Assert.Contains(field, result.Error, StringComparison.Ordinal);
        Assert.NotEqual("", result.Output);
    }

    [Fact]
    public async Task A_closed_stdout_ends_the_command_quietly()
    {
        using var process = EngineProcess.Start("run", "-p", "Count to one thousand.", "--ignore-eos", "-n", "4000");
        process.StandardInput.Close();
        Assert.NotEqual(-1, process.StandardOutput.Read());
        process.StandardOutput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        EngineProcess.Finish(process);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal("", await error);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_the_answer_with_the_code_that_shells_give_it(string signal, int code)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test sends signals with kill.");
        Assert.SkipWhen(signal == "INT" && IgnoresInterrupts(), "This process was started with SIGINT ignored, and so would be its child.");
        using var process = EngineProcess.Start("run", "-p", "Count to one thousand.", "--ignore-eos", "-n", "4000");
        process.StandardInput.Close();
        Assert.NotEqual(-1, process.StandardOutput.Read());
        var rest = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        EngineProcess.Finish(process);
        Assert.Equal(code, process.ExitCode);
        Assert.Equal("", await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        Assert.NotEqual("", await rest);
    }

    [Fact]
    public void The_greedy_ids_are_the_recorded_ones()
    {
        var reference = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require("fixtures/smollm2/reference.json"))).RootElement;
        foreach (var prompt in reference.GetProperty("prompts").EnumerateArray().Where((_, index) => index is 0 or 2 or 7))
        {
            int[] expected = Ids(prompt, "greedy_ids");
            var margins = prompt.GetProperty("greedy_margins").EnumerateArray().Select(margin => margin.GetDouble());
            int steps = margins.TakeWhile(margin => margin >= SmallestMargin).Count();
            string ids = string.Join(',', Ids(prompt, "ids"));
            int[] found = Ids(RunJson("--ids", ids, "-n", $"{expected.Length}", "--temp", "0", "--exact"));
            Assert.Equal(expected[..steps], found[..steps]);
        }
    }

    /// <summary>Shells start jobs in the background with SIGINT ignored, and .NET keeps what it inherits.</summary>
    private static bool IgnoresInterrupts()
    {
        const string field = "SigIgn:";
        const ulong interrupt = 1UL << (2 - 1);
        if (!File.Exists("/proc/self/status")) return false;
        string line = File.ReadLines("/proc/self/status").First(text => text.StartsWith(field, StringComparison.Ordinal));
        return (Convert.ToUInt64(line[field.Length..].Trim(), 16) & interrupt) != 0;
    }

    private static JsonElement RunJson(params string[] options) =>
        JsonDocument.Parse(EngineProcess.Run(["run", .. options, "--json"]).AssertSuccess()).RootElement;

    private static int[] Ids(JsonElement json, string name = "ids") =>
        [.. json.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
