using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary>Command lines that cannot be meant (exit code 2) and prompts that cannot be answered (1): one clear line each.</summary>
public class UsageTests
{
    [Theory]
    [InlineData("-n", "0")]
    [InlineData("-n", "-2")]
    [InlineData("-n", "many")]
    [InlineData("-c", "0")]
    [InlineData("-t", "0")]
    [InlineData("--temp", "-1")]
    [InlineData("--temp", "nan")]
    [InlineData("--top-p", "1.5")]
    [InlineData("--repeat-penalty", "0")]
    [InlineData("--mirostat", "3")]
    [InlineData("--logit-bias", "15043")]
    [InlineData("--seed", "-5")]
    [InlineData("--stop", "")]
    [InlineData("-ctk", "q4_k")]
    [InlineData("-ctv", "int8")]
    [InlineData("--kv-rotation", "q")]
    [InlineData("--ids", "1,x")]
    [InlineData("--ids", "-1")]
    [InlineData("--ids", "")]
    public void A_value_that_an_option_cannot_take_is_named(string option, string value)
    {
        string[] arguments = option == "--ids" ? ["run", option, value] : ["run", "-p", "Hi", option, value];
        string line = EngineProcess.Run(arguments).AssertFailure(2);
        Assert.Contains(option, line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "-p", "")]
    [InlineData("run")]
    [InlineData("run", "-nt", "-p", "a")]
    [InlineData("run", "model.gguf", "-m", "model.gguf", "-p", "a")]
    [InlineData("run", "-p", "a", "--ids", "1")]
    [InlineData("run", "-p", "a", "--raw", "--system", "b")]
    [InlineData("perplexity")]
    [InlineData("kld", "-f", "text.txt")]
    [InlineData("bench", "-o", "xml")]
    [InlineData("bench", "-p", "0", "-n", "0")]
    [InlineData("template")]
    [InlineData("chat", "--top-k")]
    public void A_command_line_that_cannot_be_meant_is_a_usage_error(params string[] arguments) =>
        EngineProcess.Run(arguments).AssertFailure(2);

    [Fact]
    public void A_prompt_longer_than_the_context_is_refused()
    {
        string line = EngineProcess.Run("run", "-p", "What is the capital of France?", "-c", "16").AssertFailure(1);
        Assert.Contains("16", line, StringComparison.Ordinal);
        EngineProcess.Run("logits", "--ids", "1,2,3", "-c", "2", "--json").AssertFailure(1);
    }

    [Fact]
    public void Ids_beyond_the_vocabulary_are_refused()
    {
        string[] bias = ["run", "-p", "Hi", "--logit-bias", "49152+1"];
        Assert.Contains("49152 is out of range", EngineProcess.Run(bias).AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("49152", EngineProcess.Run("run", "--ids", "49152").AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("99999", EngineProcess.Run("logits", "--ids", "1,99999", "--json").AssertFailure(1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "--prompt-file")]
    [InlineData("perplexity", "-f")]
    public void A_text_file_that_is_missing_or_no_text_is_named(string command, string option)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("no such file", EngineProcess.Run(command, option, folder["none.txt"]).AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("directory", EngineProcess.Run(command, option, folder.Path).AssertFailure(1), StringComparison.Ordinal);
        string binary = folder.Write("binary.txt", [0x41, 0xff, 0xfe]);
        Assert.Contains("UTF-8", EngineProcess.Run(command, option, binary).AssertFailure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_shorter_than_a_window_is_refused()
    {
        using var folder = new TemporaryFolder();
        string line = EngineProcess.Run("perplexity", "-f", folder.Write("short.txt", "Hello")).AssertFailure(1);
        Assert.Contains("512", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_beyond_the_learned_positions_is_refused()
    {
        string model = SharedFiles.Require("fixtures/models/gpt2/model-f32.gguf");
        string line = EngineProcess.Run("run", model, "-p", "Hi", "-c", "129").AssertFailure(1);
        Assert.EndsWith("129 tokens is more than the 128 positions that the model knows.", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forced_instruction_set_that_does_not_exist_is_a_usage_error()
    {
        string line = EngineProcess.RunWithVariable("ENGINE_ISA", "abacus", "run", "-p", "Hi").AssertFailure(2);
        Assert.Contains("'abacus'", line, StringComparison.Ordinal);
        Assert.Contains("scalar", line, StringComparison.Ordinal);
        EngineProcess.RunWithVariable("ENGINE_ISA", "Scalar", "info").AssertSuccess();
    }

    [Fact]
    public void A_standard_input_that_is_closed_is_an_empty_prompt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "closed descriptors are recognised on Linux");
        Assert.Contains("empty", EngineProcess.RunRedirected("<&-", "run").AssertFailure(2), StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_behind_standard_output_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has /dev/full");
        string line = EngineProcess.RunRedirected(">/dev/full", "tokenize", DefaultModel.Path, "Hello").AssertFailure(1);
        Assert.Contains("standard output", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_file_is_no_model_to_run()
    {
        using var folder = new TemporaryFolder();
        EngineProcess.Run("run", folder.Write("a.gguf", "GGUF"), "-p", "Hi").AssertFailure(1);
    }

    [Theory]
    [InlineData("general.name")]
    [InlineData("general.name=Other")]
    [InlineData("llama.block_count=int:many")]
    [InlineData("=str:x")]
    public void An_override_that_is_not_in_its_notation_is_a_usage_error(string value) =>
        Assert.Contains("--override-kv", EngineProcess.Run("run", "-p", "Hi", "--override-kv", value).AssertFailure(2), StringComparison.Ordinal);

    [Fact]
    public void Overrides_replace_the_files_metadata()
    {
        string line = EngineProcess.Run("run", "-p", "Hi", "--override-kv", "general.architecture=str:elsewhere").AssertFailure(1);
        Assert.Contains("elsewhere", line, StringComparison.Ordinal);
    }
}
