using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary>engine bench --shape, --against and --soak, with scripts in place of other engines.</summary>
public sealed class BenchAgainstTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_shape_is_measured_without_a_file()
    {
        var row = Assert.Single(Parse("bench", "--shape", "smollm2-135m", "--type", "Q4_0", "--pure", "-p", "8", "-n", "0", "-r", "1", "-o", "json"));
        Assert.Equal("smollm2-135m Q4_0 pure", row.GetProperty("model_filename").GetString());
        Assert.Equal(134_515_008, row.GetProperty("model_n_params").GetInt64());
    }

    [Fact]
    public void A_peer_gets_the_same_tests_and_the_medians_of_pairs_are_compared()
    {
        string peer = Script("llama-bench", "--n-depth",
            """[{"n_prompt": 8, "n_gen": 0, "n_depth": 0, "samples_ts": [1.0]}, {"n_prompt": 0, "n_gen": 2, "n_depth": 0, "samples_ts": [0.5]}]""");
        JsonElement[] rows = Parse("bench", "-p", "8", "-n", "2", "-t", "1", "-r", "3", "-o", "json", "--against", peer, "--peer-args", "-fa on");
        Assert.Equal(2, rows.Length);
        Assert.All(rows, row => Assert.Equal("llama.cpp -fa on", row.GetProperty("peer").GetString()));
        double[] ours = [.. rows[0].GetProperty("engine_samples_ts").EnumerateArray().Select(value => value.GetDouble())];
        Assert.Equal(3, ours.Length);
        Assert.Equal(ours.Order().ElementAt(1), rows[0].GetProperty("ratio").GetDouble(), 1e-9);
        Assert.Equal(ours.Max(), rows[0].GetProperty("ratio_max").GetDouble(), 1e-9);
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("read_gbs").ValueKind);
        Assert.InRange(rows[1].GetProperty("read_gbs").GetDouble(), 0.01, 10 * rows[1].GetProperty("read_limit_gbs").GetDouble());
        string[] calls = File.ReadAllLines(_folder["llama-bench.log"]);
        Assert.Equal(4, calls.Length);
        Assert.EndsWith(" -t 1 -r 1 -o json -ctk f16 -ctv f16 -p 8 -n 2 -d 0 -fa on", calls[1], StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_dialect_has_no_prompts_at_a_depth_and_its_first_repetition_is_a_warm_up()
    {
        string peer = Script("ik-bench", "--run-time-repack",
            """loading... [{"n_prompt": 16, "n_gen": 2, "test": "tg2@pp16", "samples_ts": [1.0, 4.0]}] done""");
        JsonElement[] rows = Parse("bench", "-p", "8", "-n", "2", "-d", "16", "-t", "1", "-r", "1", "-o", "json", "--against", peer);
        Assert.Equal(JsonValueKind.Null, rows[0].GetProperty("ratio").ValueKind);
        Assert.Equal(4, rows[1].GetProperty("peer_ts").GetDouble());
        Assert.EndsWith(" -r 2 -o json -ctk f16 -ctv f16 -p 0 -n 0 -gp 16,2", File.ReadAllLines(_folder["ik-bench.log"])[1], StringComparison.Ordinal);
        string table = EngineProcess.Run("bench", "-p", "8", "-n", "2", "-d", "16", "-t", "1", "-r", "1", "--against", peer).AssertSuccess();
        Assert.Contains("| pp8 @ d16 |", table, StringComparison.Ordinal);
        Assert.Contains("| ik_llama.cpp | - | - | - |", table, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_fails_or_is_none_is_one_line()
    {
        string failing = Script("failing", "--n-depth", "[]", "echo first >&2; echo cannot load model >&2; exit 3");
        Assert.Contains("failed with exit code 3: cannot load model", Against(failing).AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("printed no JSON array", Against(Script("silent", "--n-depth", "")).AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("is no llama-bench", Against(Script("other", "", "", help: "hello")).AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("no such file", Against(_folder["missing"]).AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("cannot be started", Against(_folder.Write("text", "hello")).AssertFailure(1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there is no shape 'gpt-9'", "--shape", "gpt-9")]
    [InlineData("there is no type 'Q9'", "--shape", "smollm2-135m", "--type", "Q9")]
    [InlineData("need --shape", "--pure")]
    [InlineData("--write needs --shape", "--write", "x.gguf")]
    [InlineData("MODEL and --shape exclude each other", "x.gguf", "--shape", "smollm2-135m")]
    [InlineData("more of them than of --against", "--against", "/bin/true", "--peer-args", "a", "--peer-args", "b")]
    public void Options_that_make_no_sense_are_usage_errors(string part, params string[] arguments) =>
        Assert.Contains(part, EngineProcess.Run(["bench", .. arguments]).AssertFailure(2), StringComparison.Ordinal);

    [Fact]
    public void Decoding_allocates_nothing_and_memory_stays_flat() => AssertFlat("1");

    [Fact]
    public void Decoding_for_twenty_seconds_allocates_nothing_and_memory_stays_flat()
    {
        SharedFiles.RequireSlowTests();
        AssertFlat("20");
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertFlat(string seconds) =>
        Assert.Contains("allocated", EngineProcess.Run("bench", "--soak", seconds, "-t", "1").AssertSuccess(), StringComparison.Ordinal);

    private static EngineResult Against(string peer) => EngineProcess.Run("bench", "-p", "1", "-n", "0", "-r", "1", "-t", "1", "--against", peer);

    private static JsonElement[] Parse(params string[] arguments) =>
        [.. JsonDocument.Parse(EngineProcess.Run(arguments).AssertSuccess()).RootElement.EnumerateArray()];

    // Writes down how it was called, answers --help, and prints what a measurement would.
    private string Script(string name, string option, string output, string end = "", string? help = null)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The script that stands for a llama-bench is for a POSIX shell.");
        string path = _folder.Write(name,
            $"""
            #!/bin/sh
            echo "$*" >> "$0.log"
            if [ "$1" = --help ]; then echo "{help ?? $"--n-prompt {option}"}"; exit 0; fi
            cat <<'END'
            {output}
            END
            {end}
            """.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
