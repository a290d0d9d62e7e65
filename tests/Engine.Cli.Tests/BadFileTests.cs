using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary>Files that are no model: one clear line, exit code 1.</summary>
public class BadFileTests
{
    private const int HeadBytes = 1 << 16;

    [Fact]
    public void A_missing_path_is_named()
    {
        using var folder = new TemporaryFolder();
        string line = EngineProcess.Run("inspect", folder["none.gguf"]).AssertFailure(1);
        Assert.Contains(folder["none.gguf"], line, StringComparison.Ordinal);
        Assert.Contains("no such file", line, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_directory_is_no_model()
    {
        using var folder = new TemporaryFolder();
        string line = EngineProcess.Run("inspect", folder.Path).AssertFailure(1);
        Assert.Contains("config.json", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_magic_is_shown()
    {
        using var folder = new TemporaryFolder();
        string line = EngineProcess.Run("inspect", folder.Write("text.gguf", "This is no model at all.")).AssertFailure(1);
        Assert.Contains("text.gguf", line, StringComparison.Ordinal);
        Assert.Contains("GGUF", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(1000)]
    [InlineData(HeadBytes)]
    public void A_truncated_file_is_refused(int length)
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("cut.gguf", Head(length));
        string line = EngineProcess.Run("inspect", path).AssertFailure(1);
        Assert.Contains("cut.gguf", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_split_part_is_named()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder[DefaultModel.PartName(1)], DefaultModel.Part(1));
        string line = EngineProcess.Run("inspect", folder[DefaultModel.PartName(1)]).AssertFailure(1);
        Assert.Contains(DefaultModel.PartName(2), line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_foreign_split_part_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder[DefaultModel.PartName(1)], DefaultModel.Part(1));
        File.CreateSymbolicLink(folder[DefaultModel.PartName(2)], DefaultModel.Part(3));
        File.CreateSymbolicLink(folder[DefaultModel.PartName(3)], DefaultModel.Part(3));
        string line = EngineProcess.Run("inspect", folder[DefaultModel.PartName(1)]).AssertFailure(1);
        Assert.Contains(DefaultModel.PartName(2), line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "-p", "Hi")]
    [InlineData("chat")]
    [InlineData("logits", "-p", "Hi", "--json")]
    [InlineData("bench", "-p", "8", "-r", "1")]
    public void An_encoder_is_told_from_a_model_that_writes(string command, params string[] options)
    {
        string model = SharedFiles.Require("fixtures/models/bert/model-f32.gguf");
        string line = EngineProcess.Run([command, model, .. options]).AssertFailure(1);
        Assert.Contains("is an encoder", line, StringComparison.Ordinal);
        Assert.Contains(model, line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_alone_is_no_model_to_run()
    {
        string vocabulary = SharedFiles.Require("fixtures/tokenizers/ggml-vocab-gpt-2.gguf");
        string line = EngineProcess.Run("run", vocabulary, "-p", "Hi").AssertFailure(1);
        Assert.Contains("without tensors", line, StringComparison.Ordinal);
    }

    private static byte[] Head(int length)
    {
        using var file = File.OpenRead(DefaultModel.Path);
        byte[] head = new byte[length];
        file.ReadExactly(head);
        return head;
    }
}
