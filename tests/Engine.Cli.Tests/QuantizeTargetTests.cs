using System.Text.Json;
using Engine.Formats;
using Engine.Quantization.Synthetic;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary><c>engine quantize</c> with a target in place of a type.</summary>
public sealed class QuantizeTargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public QuantizeTargetTests()
    {
        _model = _folder["in.gguf"];
        SyntheticModel.Create(new ModelShape("small", "llama", 1, 256, 256, 4, 4, 512, 512, 10_000), QuantType.F16).Write(_model);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_keeps_to_its_target_and_its_list_makes_the_same_tensors_again()
    {
        string output = _folder["out.gguf"], list = _folder["plan.txt"], effects = _folder["effects.json"];
        string text = Run("--target-size", "400KB", "--plan-out", list, "--sensitivity-out", effects, "--chunks", "1");
        Assert.Matches(@"blk\.0\.ffn_up\.weight .* planned, \d\.\de-\d+ nats", text);
        Assert.Contains("predicted divergence", text, StringComparison.Ordinal);
        Assert.InRange(new FileInfo(output).Length, 300_000, 400_000);
        EngineProcess.Run("quantize", _model, _folder["again.gguf"], "Q8_0", "--tensor-type-file", list).AssertSuccess();
        Assert.Equal(Tensors(output), Tensors(_folder["again.gguf"]));

        // What was measured serves another target; a dry run prints the plan and writes nothing.
        File.Delete(output);
        using JsonDocument report = JsonDocument.Parse(Run("--target-bpw", "4.5", "--sensitivity", effects, "--dry-run", "--json"));
        JsonElement root = report.RootElement;
        Assert.True(root.GetProperty("bits_per_weight").GetDouble() <= 4.5);
        Assert.True(root.GetProperty("planned_bytes").GetInt64() <= root.GetProperty("budget_bytes").GetInt64());
        double sum = root.GetProperty("tensors").EnumerateArray()
            .Sum(tensor => tensor.TryGetProperty("divergence", out JsonElement value) ? value.GetDouble() : 0);
        Assert.Equal(root.GetProperty("predicted_divergence").GetDouble(), sum, 1e-9);
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void Types_to_choose_from_can_be_named()
    {
        string text = Run("--target-bpw", "6", "--target-types", "q4_k,Q8_0", "--chunks", "1", "--dry-run");
        Assert.Matches(@"planned mix, \d+ Q\d_[K0], \d+ Q\d_[K0]\)", text);
        Assert.DoesNotContain("Q6_K", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "Q4_K_M", "--target-bpw", "4")]
    [InlineData(2, "--target-bpw", "4", "--target-size", "1MB")]
    [InlineData(2, "--target-bpw", "0")]
    [InlineData(2, "--target-bpw", "4", "--target-types", "Q9")]
    [InlineData(2, "Q4_K_M", "--chunks", "3")]
    [InlineData(2, "--target-bpw", "4", "--sensitivity", "a", "-f", "b")]
    [InlineData(1, "--target-bpw", "4", "--sensitivity", "missing.json")]
    [InlineData(1, "--target-bpw", "4", "-f", "missing.txt")]
    [InlineData(1, "--target-bpw", "0.6", "--chunks", "1")]
    [InlineData(2, "Q8_0", "--tensor-type-file", "IN")]
    public void What_cannot_be_done_is_said_in_one_line(int code, params string[] options)
    {
        string[] arguments = [.. options.Select(option => option == "IN" ? _folder.Write("list.txt", "attn_q") : option)];
        EngineProcess.Run(["quantize", _model, _folder["out.gguf"], .. arguments]).AssertFailure(code);
        Assert.False(File.Exists(_folder["out.gguf"]));
    }

    private string Run(params string[] options) => EngineProcess.Run(["quantize", _model, _folder["out.gguf"], .. options]).AssertSuccess();

    private static string[] Tensors(string path)
    {
        using var file = Formats.Gguf.GgufFile.Open(path);
        return
        [
            .. file.Tensors.Select(tensor =>
            {
                byte[] bytes = new byte[tensor.ByteLength];
                tensor.Read(0, bytes);
                return $"{tensor.Name} {tensor.Type.Name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))}";
            }),
        ];
    }
}
