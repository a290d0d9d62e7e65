using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

public sealed class QuantizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_tensor_is_listed_with_what_was_asked_and_what_it_became()
    {
        string report = EngineProcess.Run("quantize", Model(), _folder["out.gguf"], "Q4_K_M").AssertSuccess();
        Assert.Matches(@"blk\.0\.attn_q\.weight +96 x 64 +F16 +Q4_K +Q5_0 .*rows of 96 are no multiple of 256", report);
        Assert.Contains("other type than asked", report, StringComparison.Ordinal);
        using GgufFile output = GgufFile.Open(_folder["out.gguf"]);
        Assert.Equal(QuantType.Q5_0, output.GetTensor("blk.0.attn_q.weight").Type.Type);
    }

    [Fact]
    public void Options_set_types_and_metadata_and_a_dry_run_writes_nothing()
    {
        string[] options = ["--tensor-type", "attn_q=q8_0", "--override-kv", "llama.context_length=int:77", "--json"];
        string json = EngineProcess.Run(["quantize", Model(), _folder["out.gguf"], "Q4_0", "--dry-run", .. options]).AssertSuccess();
        Assert.Contains("\"asked\":\"Q8_0\",\"type\":\"Q8_0\"", json, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.gguf"]));
        EngineProcess.Run(["quantize", Model(), _folder["out.gguf"], "Q4_0", .. options]).AssertSuccess();
        using GgufFile output = GgufFile.Open(_folder["out.gguf"]);
        Assert.Equal(QuantType.Q8_0, output.GetTensor("blk.0.attn_q.weight").Type.Type);
        Assert.Equal(77, output.Metadata.GetInt32("llama.context_length"));
    }

    [Fact]
    public void Files_that_exist_are_not_replaced_unless_forced_and_the_input_never()
    {
        string model = Model(), old = _folder.Write("old.gguf", "old");
        Assert.Contains("--force", Fail(1, model, old, "Q8_0"), StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(old));
        Assert.Contains("input", Fail(1, model, model, "Q8_0", "--force"), StringComparison.Ordinal);
        EngineProcess.Run("quantize", model, old, "Q8_0", "--force").AssertSuccess();
        Assert.Contains("--allow-requantize", Fail(1, old, _folder["new.gguf"], "Q4_0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Q9", "Q9")]
    [InlineData("Q4_0", "fits", "--tensor-type", "fits")]
    [InlineData("Q4_0", "Q9", "--output-tensor-type", "Q9")]
    [InlineData("Q4_0", "12 apples", "--memory-limit", "12 apples")]
    [InlineData("Q4_0", "1MB", "--memory-limit", "1MB")]
    public void Options_that_mean_nothing_are_usage_errors(string type, string named, params string[] options)
        => Assert.Contains(named, Fail(2, [Model(), _folder["out.gguf"], type, .. options]), StringComparison.Ordinal);

    [Fact]
    public void A_missing_folder_and_a_strict_fallback_are_failures()
    {
        Fail(1, Model(), _folder["no/out.gguf"], "Q4_0");
        Assert.Contains("--strict", Fail(1, Model(), _folder["out.gguf"], "Q4_K_M", "--strict"), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.gguf"]));
    }

    [Fact]
    public void A_full_disk_is_one_clear_line_and_leaves_the_old_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Limits of files are set by a POSIX shell.");
        string model = Model(rows: 2000), output = _folder.Write("out.gguf", "old");
        string line = EngineProcess.RunOnSmallDisk(64 << 10, "quantize", model, output, "Q8_0", "--force", "--json").AssertFailure(1);
        Assert.Contains("too large", line, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(output));
        Assert.Equal([model, output], Directory.GetFiles(_folder.Path).Order());
    }

    /// <summary>Killed at any moment, the name holds the old file or a complete new one.</summary>
    [Fact]
    public void A_killed_run_leaves_the_old_file_or_a_complete_new_one()
    {
        string model = Model(rows: 20_000), output = _folder["out.gguf"];
        bool slow = Environment.GetEnvironmentVariable("ENGINE_SLOW_TESTS") == "1";
        EngineProcess.Run("quantize", model, output, "Q8_0").AssertSuccess();
        byte[] before = File.ReadAllBytes(output);
        EngineProcess.Run("quantize", model, _folder["other.gguf"], "Q5_1").AssertSuccess();
        byte[] after = File.ReadAllBytes(_folder["other.gguf"]);
        var random = new Random(8);
        for (int i = 0; i < (slow ? 50 : 4); i++)
        {
            File.WriteAllBytes(output, before);
            using var process = EngineProcess.Start("quantize", model, output, "Q5_1", "--force");
            process.WaitForExit(random.Next(150, 900));
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            byte[] left = File.ReadAllBytes(output);
            Assert.True(left.AsSpan().SequenceEqual(before) || left.AsSpan().SequenceEqual(after), $"{left.Length} bytes after kill {i}");
        }
    }

    private static string Fail(int code, params string[] arguments) => EngineProcess.Run(["quantize", .. arguments]).AssertFailure(code);

    private string Model(int rows = 64)
    {
        var writer = new GgufWriter();
        writer.Add("general.architecture", GgufValue.Of("llama"));
        writer.Add("llama.block_count", GgufValue.Of(1u));
        byte[] halves = new byte[96 * 2 * rows];
        for (int i = 0; i < halves.Length; i += 2) (halves[i], halves[i + 1]) = ((byte)(i * 31), (byte)(0x30 | (i >> 3 & 0x83)));
        writer.AddTensor("blk.0.attn_q.weight", QuantTypes.Get(QuantType.F16), [96, rows], halves);
        writer.Write(_folder["in.gguf"]);
        return _folder["in.gguf"];
    }
}
