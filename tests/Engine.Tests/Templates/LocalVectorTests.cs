using System.Text.Json;
using Engine.Templates;
using Xunit;

namespace Engine.Tests.Templates;

/// <summary>The vectors in data/templates, which its README describes: they run in a clean clone.</summary>
public sealed class LocalVectorTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "data", "templates");

    [Theory]
    [InlineData("SmolLM2-135M-Instruct")]
    [InlineData("Qwen-Qwen2.5-7B-Instruct")]
    public void Each_conversation_renders_as_with_transformers(string name)
    {
        ChatTemplate template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(Folder, name + ".jinja")), name);
        TemplateVectors.AssertAll(
            Path.Combine(Folder, name + ".json"), test => TemplateVectors.Check(() => template, TemplateVectors.Variables(test), test));
    }

    [Fact]
    public void Each_snippet_renders_as_with_jinja() =>
        TemplateVectors.AssertAll(Path.Combine(Folder, "snippets.json"), TemplateVectors.CheckSnippet);

    [Fact]
    public void One_template_renders_on_many_threads_at_once()
    {
        ChatTemplate template = ChatTemplate.Parse(File.ReadAllText(Path.Combine(Folder, "SmolLM2-135M-Instruct.jinja")));
        string[] outputs = new string[64];
        Parallel.For(0, outputs.Length, i => outputs[i] = template.Render([new ChatMessage("user", $"Number {i}?")], true));
        for (int i = 0; i < outputs.Length; i++)
        {
            Assert.EndsWith($"<|im_start|>user\nNumber {i}?<|im_end|>\n<|im_start|>assistant\n", outputs[i], StringComparison.Ordinal);
        }
    }
}
