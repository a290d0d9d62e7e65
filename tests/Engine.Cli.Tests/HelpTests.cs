using Xunit;

namespace Engine.Cli.Tests;

public class HelpTests
{
    private static readonly string[] Commands =
    [
        "run", "chat", "inspect", "info", "tokenize", "detokenize", "template", "logits", "quantize", "bench", "imatrix", "quant-error",
        "perplexity", "kld", "compare", "plan",
    ];

    public static TheoryData<string> CommandNames => [.. Commands];

    [Theory]
    [MemberData(nameof(CommandNames))]
    public void Help_of_every_command_shows_an_example(string command)
    {
        string help = EngineProcess.Run(command, "--help").AssertSuccess();
        Assert.Contains("Examples:\n  engine " + command, help, StringComparison.Ordinal);
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
    }

    [Fact]
    public void A_size_that_is_not_asked_for_has_no_default()
    {
        string help = EngineProcess.Run("quantize", "--help").AssertSuccess();
        Assert.Contains("--target-size 4GB", help, StringComparison.Ordinal);
        Assert.DoesNotContain("[default: 0]", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Engine_alone_and_its_help_list_every_command()
    {
        string help = EngineProcess.Run("--help").AssertSuccess();
        Assert.All(Commands, command => Assert.Contains("\n  " + command, help, StringComparison.Ordinal));
        Assert.Contains("Examples:\n  engine run", help, StringComparison.Ordinal);
        Assert.Equal(help, EngineProcess.Run().AssertSuccess());
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("info", "--bogus")]
    [InlineData("info", "surplus")]
    public void An_unknown_command_or_option_is_a_usage_error(params string[] arguments)
    {
        string line = EngineProcess.Run(arguments).AssertFailure(2);
        Assert.Contains(arguments[^1], line, StringComparison.Ordinal);
        Assert.Contains("--help", line, StringComparison.Ordinal);
    }
}
