using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

public class ChatTests
{
    private const string Question = "What is the capital of France?";
    private const string Answer = "The capital of France is Paris.";
    private static readonly string[] Greedy = ["chat", "--temp", "0", "--exact"];

    [Fact]
    public void A_piped_question_is_answered_on_a_line()
    {
        Assert.Equal(Answer + "\n", EngineProcess.RunWithInput(Question + "\n", Greedy).AssertSuccess());
    }

    [Fact]
    public void A_conversation_is_saved_cleared_and_loaded()
    {
        using var folder = new TemporaryFolder();
        string file = folder["chat.json"];
        string script = $"/system Be brief.\n/save {file}\n/system\n/clear\n{Question}\n/save {file}\n/exit\nnever asked\n";
        string output = EngineProcess.RunWithInput(script, Greedy).AssertSuccess();
        Assert.StartsWith("Be brief.\n", output, StringComparison.Ordinal);
        var messages = JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("messages");
        Assert.Equal(["system", "user", "assistant"], messages.EnumerateArray().Select(message => message.GetProperty("role").GetString()));
        Assert.Equal(Question, messages[1].GetProperty("content").GetString());
        Assert.Equal(output["Be brief.\n".Length..].TrimEnd('\n'), messages[2].GetProperty("content").GetString());
        Assert.Equal("Be brief.\n", EngineProcess.RunWithInput($"/load {file}\n/system\n", Greedy).AssertSuccess());
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_second_turn_gives_what_the_whole_conversation_gives()
    {
        using var folder = new TemporaryFolder();
        string file = folder["chat.json"];
        string both = EngineProcess.RunWithInput($"{Question}\n/save {file}\nAnd of Italy?\n", [.. Greedy, "-n", "8"]).AssertSuccess();
        string second = EngineProcess.RunWithInput($"/load {file}\nAnd of Italy?\n", [.. Greedy, "-n", "8"]).AssertSuccess();
        Assert.Equal(both, Answer + "\n" + second);
    }

    [Theory]
    [InlineData("/save {0}/missing/chat.json")]
    [InlineData("/save {0}")]
    [InlineData("/load {0}/none.json")]
    [InlineData("/load {0}/text.json")]
    [InlineData("/nonsense")]
    [InlineData("/save")]
    public void A_command_that_fails_says_so_and_the_chat_goes_on(string command)
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("text.json", "no conversation");
        string script = command.Replace("{0}", folder.Path, StringComparison.Ordinal) + "\n/system Still here.\n/system\n";
        var result = EngineProcess.RunWithInput(script, Greedy);
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("Still here.\n", result.Output);
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("engine: ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", line, StringComparison.Ordinal);
        Assert.Equal([text], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_full_disk_leaves_the_conversation_alive()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "This system has no /dev/full.");
        var result = EngineProcess.RunWithInput("/save /dev/full\n/system Still here.\n/system\n", Greedy);
        Assert.Equal((1, "Still here.\n"), (result.ExitCode, result.Output));
        Assert.Contains("/dev/full", result.Error, StringComparison.Ordinal);
    }
}
