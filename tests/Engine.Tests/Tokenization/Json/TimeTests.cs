using System.Diagnostics;
using System.Text.Json.Nodes;
using Engine.Testing;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization.Json;

/// <summary>Time grows with the text's length; the limits are wide, as in <see cref="LinearTimeTests"/>.</summary>
public class TimeTests
{
    private static readonly string[] Texts = ["", " ", "a", "ab ", "hello", "\u0301", "e\u0301", "\n", "1", "-", "한", "👍🏽", "<s>", "'s "];

    [Fact]
    public void A_long_text_of_any_kind_is_quick_with_every_kind_of_model()
    {
        JsonArray models = JsonNodes.Read("models.json").AsArray();
        foreach (System.Text.Json.Nodes.JsonNode? model in models)
        {
            JsonTokenizer tokenizer = JsonNodes.Open(model!["tokenizer"]!.ToJsonString());
            foreach (string text in Texts) Check(tokenizer, model["name"]!.GetValue<string>(), text);
        }
    }

    [Theory]
    [InlineData("fixtures/tokenizers/minilm-tokenizer.json")]
    [InlineData("fixtures/models/llama/hf/tokenizer.json")]
    [InlineData("fixtures/models/qwen2/hf/tokenizer.json")]
    public void A_long_text_of_any_kind_is_quick_with_a_file(string path)
    {
        JsonTokenizer tokenizer = JsonTokenizer.Open(SharedFiles.Require(path));
        foreach (string text in Texts) Check(tokenizer, path, text);
    }

    private static void Check(JsonTokenizer tokenizer, string name, string text)
    {
        string longer = string.Concat(Enumerable.Repeat(text, 20_000 / Math.Max(1, text.Length)));
        long start = Stopwatch.GetTimestamp();
        int[] ids = [.. tokenizer.Encode(longer)];
        tokenizer.DecodeBytes(ids);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assert.True(seconds < 2, $"{name}: {seconds:F1} s for 20,000 characters of \"{text}\"");
    }
}
