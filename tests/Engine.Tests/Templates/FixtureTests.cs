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
        ChatTemplate template = ChatTemplate.Parse(File.ReadAllText(SharedFiles.Require($"{Folder}/{name}.jinja")), name);
        TemplateVectors.AssertAll(
            SharedFiles.Require($"{Folder}/{name}.json"),
            test => TemplateVectors.Check(() => template, TemplateVectors.Variables(test), test));
    }

    [Fact]
    public void Each_snippet_renders_as_with_jinja() =>
        TemplateVectors.AssertAll(SharedFiles.Require($"{Folder}/engine.json"), TemplateVectors.CheckSnippet);

    /// <summary>What only a lenient render allows: these templates then render what transformers refuses.</summary>
    [Theory]
    [InlineData("Kimi-K2-Instruct", "tool_loop")]
    [InlineData("llama-cpp-deepseek-r1", "tools")]
    [InlineData("deepseek-ai-DeepSeek-V3.2", "tool_call_json_arguments")]
    public void A_lenient_render_accepts_what_the_template_needs(string name, string conversation)
    {
        ChatTemplate template = ChatTemplate.Parse(File.ReadAllText(SharedFiles.Require($"{Folder}/{name}.jinja")), name);
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(SharedFiles.Require($"{Folder}/{name}.json")));
        JsonElement variables = TemplateVectors.Variables(
            cases.RootElement.EnumerateArray().Single(test => test.GetProperty("name").GetString() == conversation));
        Assert.Throws<TemplateException>(() => template.Render(variables, TemplateVectors.Options));
        Assert.NotEmpty(template.Render(variables, TemplateVectors.Options with { Lenient = true }));
    }
}
