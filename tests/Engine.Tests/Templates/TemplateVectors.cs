using System.Text.Json;
using Engine.Templates;
using Xunit;

namespace Engine.Tests.Templates;

/// <summary>Runs the cases of the files that fixtures/templates/README.md describes.</summary>
internal static class TemplateVectors
{
    public static readonly TemplateOptions Options = new() { Now = new DateTime(2026, 1, 15, 12, 0, 0) };

    /// <summary>The variables of a case of NAME.json.</summary>
    public static JsonElement Variables(JsonElement test)
    {
        var variables = new Dictionary<string, JsonElement>
        {
            ["messages"] = test.GetProperty("messages"),
            ["tools"] = test.GetProperty("tools"),
            ["documents"] = JsonSerializer.SerializeToElement<object?>(null),
            ["add_generation_prompt"] = test.GetProperty("add_generation_prompt"),
            ["bos_token"] = test.GetProperty("bos_token"),
            ["eos_token"] = test.GetProperty("eos_token"),
        };
        foreach (JsonProperty property in test.GetProperty("variables").EnumerateObject()) variables[property.Name] = property.Value;
        return JsonSerializer.SerializeToElement(variables);
    }

    /// <summary>Checks every case of a file and reports all that fail.</summary>
    public static void AssertAll(string path, Func<JsonElement, string?> check)
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllText(path));
        int count = cases.RootElement.GetArrayLength();
        Assert.NotEqual(0, count);
        string[] failures = [.. cases.RootElement.EnumerateArray().Select(check).OfType<string>()];
        Assert.True(failures.Length == 0, $"{failures.Length} of {count} cases:\n{string.Join('\n', failures)}");
    }

    /// <summary>What differs from the expected outcome of a case of engine.json, or null.</summary>
    public static string? CheckSnippet(JsonElement test) =>
        Check(() => ChatTemplate.Parse(test.GetProperty("source").GetString()!), test.GetProperty("variables"), test);

    /// <summary>What differs from the expected outcome, or null.</summary>
    public static string? Check(Func<ChatTemplate> template, JsonElement variables, JsonElement test)
    {
        string name = test.GetProperty("name").GetString()!;
        bool fails = test.TryGetProperty("error", out JsonElement error);
        string output;
        try
        {
            output = template().Render(variables, Options);
        }
        catch (TemplateException exception)
        {
            if (!fails) return $"{name}: {exception.Message}";
            bool raised = test.GetProperty("error_class").GetString() == "TemplateError";
            bool same = raised == exception.RaisedByTemplate && (!raised || exception.Reason == error.GetString());
            return same ? null : $"{name}: {exception.Message} instead of {error}";
        }
        if (fails) return $"{name}: rendered {Show(output)} instead of failing with {error}";
        string expected = test.GetProperty("output").GetString()!;
        return output == expected ? null : $"{name}: {Difference(expected, output)}";
    }

    private static string Show(string text) => JsonSerializer.Serialize(text.Length > 300 ? text[..300] : text);

    private static string Difference(string expected, string actual)
    {
        int at = 0;
        while (at < expected.Length && at < actual.Length && expected[at] == actual[at]) at++;
        int start = Math.Max(0, at - 40);
        return $"at {at} expected {Show(expected[start..])} but got {Show(actual[start..])}";
    }
}
