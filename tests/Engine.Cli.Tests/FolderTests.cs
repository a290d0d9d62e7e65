using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary>Commands that take a model take the folder of a Hugging Face checkpoint.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_runs_like_the_GGUF_file_of_the_same_model()
    {
        string[] options = ["-p", "Hello", "-n", "5", "--temp", "0", "--exact", "--raw", "--json"];
        string file = EngineProcess.Run(["run", SharedFiles.Require("fixtures/models/llama3/model-f32.gguf"), .. options]).AssertSuccess();
        Assert.Equal(file, EngineProcess.Run(["run", SharedFiles.Require("fixtures/models/llama3/hf-sharded"), .. options]).AssertSuccess());
    }

    [Fact]
    public void A_folder_without_a_tokenizer_runs_with_ids()
    {
        string source = SharedFiles.Require("fixtures/models/qwen3/hf");
        foreach (string name in (string[])["config.json", "model.safetensors"]) File.Copy(Path.Combine(source, name), _folder[name]);
        string output = EngineProcess.Run("run", _folder.Path, "--ids", "1,2,3", "-n", "3", "--temp", "0", "--json").AssertSuccess();
        Assert.Contains("\"ids\":[", output, StringComparison.Ordinal);
        Assert.Contains("tokenizer", EngineProcess.Run("tokenize", _folder.Path, "text").AssertFailure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_can_be_inspected_and_planned_and_measured()
    {
        string folder = SharedFiles.Require("fixtures/models/mixtral/hf");
        string report = EngineProcess.Run("inspect", folder, "--tensors").AssertSuccess();
        Assert.Contains("safetensors", report, StringComparison.Ordinal);
        Assert.Matches(@"blk\.0\.ffn_gate_exps\.weight +F32 +64 x 64 x 4", report);
        Assert.Contains("q4_k_m", EngineProcess.Run("plan", folder, "--memory", "1GB").AssertSuccess(), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("pp8", EngineProcess.Run("bench", folder, "-p", "8", "-n", "0", "-r", "1").AssertSuccess(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_becomes_a_GGUF_file_that_runs_alike()
    {
        string[] options = ["-p", "Hello", "-n", "5", "--temp", "0", "--exact", "--raw", "--json"];
        string source = SharedFiles.Require("fixtures/models/llama3/hf"), file = _folder["model.gguf"];
        Assert.Contains("GGUF", EngineProcess.Run("quantize", source, file, "--target-bpw", "5").AssertFailure(1), StringComparison.Ordinal);
        EngineProcess.Run("quantize", source, file, "F32").AssertSuccess();
        string expected = EngineProcess.Run(["run", source, .. options]).AssertSuccess();
        Assert.Equal(expected, EngineProcess.Run(["run", file, .. options]).AssertSuccess());
    }

    [Fact]
    public void A_folder_of_pickled_weights_is_refused_in_one_line()
    {
        _folder.Write("config.json", """
            {"model_type": "llama", "hidden_size": 8, "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2}
            """);
        _folder.Write("pytorch_model.bin", "PK");
        string line = EngineProcess.Run("run", _folder.Path, "--ids", "1").AssertFailure(1);
        Assert.Contains("pytorch_model.bin", line, StringComparison.Ordinal);
        Assert.Contains("safetensors", line, StringComparison.Ordinal);
    }
}
