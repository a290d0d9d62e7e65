using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

public class TemplateTests
{
    private const string Clock = "2026-01-15T12:00:00";
    private static readonly string[] Variables = ["messages", "tools", "add_generation_prompt", "bos_token", "eos_token"];

    [Fact]
    public void A_template_file_is_rendered_line_by_line()
    {
        using var folder = new TemporaryFolder();
        const string source = "Hi {{ name }}, {{ strftime_now('%Y-%m-%d') }}{{ raise_exception('no name') if not name }}";
        string file = folder.Write("greet.jinja", source);
        string input = "{\"name\":\"Ada\"}\n{\"name\":\"\"}\n[1]\nnonsense\n";
        string output = EngineProcess.RunWithInput(input, "template", file, "--jsonl", "--now", Clock).AssertSuccess();
        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Equal("{\"output\":\"Hi Ada, 2026-01-15\"}", lines[0]);
        Assert.Equal("{\"error\":\"no name\"}", lines[1]);
        Assert.StartsWith("{\"error\":\"invalid JSON", lines[2], StringComparison.Ordinal);
        Assert.StartsWith("{\"error\":\"invalid JSON", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public void A_models_template_is_shown_and_a_bad_one_names_its_line()
    {
        Assert.Contains("<|im_start|>", EngineProcess.Run("template", DefaultModel.Path).AssertSuccess(), StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        string line = EngineProcess.RunWithInput("{}\n", "template", folder.Write("bad.jinja", "a\n{% if %}"), "--jsonl").AssertFailure(1);
        Assert.Contains("bad.jinja", line, StringComparison.Ordinal);
        Assert.Contains("line 2", line, StringComparison.Ordinal);
        EngineProcess.Run("template", DefaultModel.Path, "--jsonl", "--now", "noon").AssertFailure(2);
    }

    [Fact]
    public void The_vectors_of_a_template_pass_through_the_command()
    {
        string template = SharedFiles.Require("fixtures/templates/meta-llama-Llama-3.1-8B-Instruct.jinja");
        string vectors = SharedFiles.Require("fixtures/templates/meta-llama-Llama-3.1-8B-Instruct.json");
        var cases = JsonDocument.Parse(File.ReadAllBytes(vectors)).RootElement.EnumerateArray().ToList();
        string input = string.Concat(cases.Select(Line));
        string[] lines = EngineProcess.RunWithInput(input, "template", template, "--jsonl", "--now", Clock).AssertSuccess()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(cases.Count, lines.Length);
        foreach (var (expected, line) in cases.Zip(lines))
        {
            var found = JsonDocument.Parse(line).RootElement;
            if (expected.TryGetProperty("output", out var output))
                Assert.Equal(output.GetString(), found.GetProperty("output").GetString());
            else
                Assert.True(found.TryGetProperty("error", out _), line);
        }
    }

    private static string Line(JsonElement vector)
    {
        var properties = vector.EnumerateObject().Where(property => Variables.Contains(property.Name))
            .Concat(vector.GetProperty("variables").EnumerateObject());
        var members = properties.Select(property => $"{JsonSerializer.Serialize(property.Name)}:{property.Value.GetRawText()}");
        return "{" + string.Join(',', members) + "}\n";
    }
}
