using System.Text;
using Engine.Generation;
using Engine.Templates;
using Xunit;

namespace Engine.Cli.Tests;

/// <summary>The README's example for .NET developers compiles and runs.</summary>
public class ReadmeExampleTests
{
    private const int Enough = 16;

    [Fact]
    public async Task The_example_of_the_readme_streams_text()
    {
        var written = new StringBuilder();
        int count = 0;

        using var model = Model.Load(DefaultModel.Path);
        using var session = model.CreateSession();
        int[] prompt = ChatPrompt.Encode(model, new ChatMessage("user", "Why is the sky blue?"));
        await foreach (GeneratedToken token in new Generator(session).GenerateAsync(prompt))
        {
            written.Append(token.Text);
            if (++count == Enough) break;
        }

        Assert.NotEqual("", written.ToString().Trim());
        Assert.Equal(prompt, session.Tokens[..prompt.Length].ToArray());
    }

    [Theory]
    [InlineData("using var session = model.CreateSession();")]
    [InlineData("int[] prompt = ChatPrompt.Encode(model, new ChatMessage(\"user\", \"Why is the sky blue?\"));")]
    [InlineData("await foreach (GeneratedToken token in new Generator(session).GenerateAsync(prompt))")]
    public void The_readme_has_the_lines_that_run_above(string line) => Assert.Contains(line, Readme(), StringComparison.Ordinal);

    private static string Readme()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Engine.sln"))) folder = Path.GetDirectoryName(folder);
        Assert.SkipWhen(folder is null, "The tests run outside the repository: there is no README to compare with.");
        return File.ReadAllText(Path.Combine(folder!, "README.md"));
    }
}
