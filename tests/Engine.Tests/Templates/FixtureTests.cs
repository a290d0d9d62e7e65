using System.Text.Json;
using Engine.Templates;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Templates;

/// <summary>The vectors of fixtures/templates: what Jinja2 makes of real templates and of snippets.</summary>
public sealed class FixtureTests
{
    private const string Folder = "fixtures/templates";

    public static IEnumerable<TheoryDataRow<string>> Templates => SharedFiles.Names(Folder, "*.jinja");

    [Theory]
    [MemberData(nameof(Templates))]
    public void Each_conversation_renders_as_with_transformers(string name)
    {
        string source = File.ReadAllText(SharedFiles.Require($"{Folder}/{name}.jinja"));
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(SharedFiles.Require($"{Folder}/{name}.json")));
        ChatTemplate template = ChatTemplate.Parse(source, name);
        AssertAll(cases, test => TemplateVectors.Check(() => template, TemplateVectors.Variables(test), test));
    }

    [Fact]
    public void Each_snippet_renders_as_with_jinja()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(SharedFiles.Require($"{Folder}/engine.json")));
        AssertAll(cases, test => TemplateVectors.Check(
            () => ChatTemplate.Parse(test.GetProperty("source").GetString()!), test.GetProperty("variables"), test));
    }

    private static void AssertAll(JsonDocument cases, Func<JsonElement, string?> check)
    {
        string[] failures = [.. cases.RootElement.EnumerateArray().Select(check).OfType<string>()];
        Assert.True(failures.Length == 0, $"{failures.Length} of {cases.RootElement.GetArrayLength()} cases:\n{string.Join('\n', failures)}");
        Assert.NotEqual(0, cases.RootElement.GetArrayLength());
    }
}
