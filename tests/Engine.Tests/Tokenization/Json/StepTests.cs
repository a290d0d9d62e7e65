using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Tokenization;
using Engine.Tokenization.Json;
using Xunit;

namespace Engine.Tests.Tokenization.Json;

/// <summary>
/// Normalizers and pre-tokenizers one at a time, against the library (data/tokenizers/json/make.js): with a vocabulary whose tokens are
/// bytes, different ones where a word begins.
/// </summary>
public class StepTests
{
    private const int Continued = 256;

    private static readonly JsonObject File = JsonNodes.Read("steps.json").AsObject();

    public static IEnumerable<TheoryDataRow<int>> Steps() =>
        Enumerable.Range(0, File["steps"]!.AsArray().Count).Select(i => new TheoryDataRow<int>(i));

    [Theory]
    [MemberData(nameof(Steps))]
    public void Texts_become_the_words_of_the_library(int step)
    {
        System.Text.Json.Nodes.JsonNode node = File["steps"]![step]!;
        JsonTokenizer tokenizer = JsonNodes.Open(JsonNodes.With(
            ("model", File["model"]), ("normalizer", node["normalizer"]), ("pre_tokenizer", node["pre_tokenizer"])));
        string[] texts = File["texts"].Deserialize<string[]>()!;
        string[][] words = node["words"].Deserialize<string[][]>()!;
        for (int i = 0; i < texts.Length; i++)
        {
            string[] found = [.. Words(tokenizer.Encode(texts[i]))];
            Assert.True(words[i].SequenceEqual(found),
                $"{JsonSerializer.Serialize(node["normalizer"])} {JsonSerializer.Serialize(node["pre_tokenizer"])}\n" +
                $"{JsonSerializer.Serialize(texts[i])}: {JsonSerializer.Serialize(found)} for {JsonSerializer.Serialize(words[i])}");
        }
    }

    private static IEnumerable<string> Words(List<int> ids)
    {
        var word = new List<byte>();
        foreach (int id in ids)
        {
            if (id < Continued && word.Count > 0)
            {
                yield return Encoding.UTF8.GetString([.. word]);
                word.Clear();
            }
            word.Add((byte)(id % Continued));
        }
        if (word.Count > 0) yield return Encoding.UTF8.GetString([.. word]);
    }
}
