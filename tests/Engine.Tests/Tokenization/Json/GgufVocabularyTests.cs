using System.Diagnostics;
using System.Text.Json;
using Engine.Formats.Gguf;
using Engine.Testing;
using Engine.Tokenization;
using Engine.Tokenization.Json;
using Engine.Tokenization.PreTokenizers;
using Xunit;

namespace Engine.Tests.Tokenization.Json;

/// <summary>
/// Byte-level vocabularies of GGUF files written as a tokenizer.json give what the models' own tokenizers give: <c>original_ids</c> where
/// a vector has them, the same as llama.cpp everywhere else.
/// </summary>
public class GgufVocabularyTests
{
    private const string Prefix = "tokenizer.ggml.";

    private static readonly Dictionary<string, string[]> Patterns = new()
    {
        ["gpt-2"] = [PublishedPatterns.Gpt2],
        ["smollm"] = [PublishedPatterns.Number, PublishedPatterns.Gpt2],
        ["starcoder"] = [PublishedPatterns.Number, PublishedPatterns.Gpt2],
        ["command-r"] = [PublishedPatterns.Number, PublishedPatterns.Gpt2],
        ["falcon"] = [PublishedPatterns.FalconPunctuation, PublishedPatterns.Gpt2, PublishedPatterns.ThreeDigits],
        ["llama-bpe"] = [PublishedPatterns.Llama3],
        ["qwen2"] = [PublishedPatterns.Qwen2],
        ["deepseek-llm"] =
        [
            PublishedPatterns.Newline, PublishedPatterns.DeepSeekLetters, PublishedPatterns.DeepSeekPunctuation,
            PublishedPatterns.SpacesAtEnd, PublishedPatterns.DeepSeekHan, PublishedPatterns.Numbers,
        ],
    };

    public static IEnumerable<TheoryDataRow<string>> Names() => Patterns.Keys.Select(name => new TheoryDataRow<string>(name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_vocabulary_as_tokenizer_json_gives_the_original_ids(string name)
    {
        string path = SharedFiles.Require(Vectors.PathOf(name));
        using GgufFile file = GgufFile.Open(path);
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(ToJson(name, file.Metadata, Tokenizer.Create(file.Metadata, path)));
        long start = Stopwatch.GetTimestamp();
        JsonTokenizer tokenizer = JsonTokenizerReader.Read(json, JsonNodes.Name, SideFiles.None);
        TestContext.Current.SendDiagnosticMessage($"{name}: {json.Length} bytes read in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms");
        var failures = new List<string>();
        foreach (Vectors.EncodeVector vector in Vectors.Read<Vectors.VectorFile>(name).Vectors)
        {
            List<int> ids = tokenizer.Encode(vector.Text, vector.AddSpecial, vector.ParseSpecial);
            if (!ids.SequenceEqual(vector.OriginalIds ?? vector.Ids))
                failures.Add($"{JsonSerializer.Serialize(vector.Text)} {vector.AddSpecial} {vector.ParseSpecial}: {string.Join(",", ids.Take(20))}");
        }
        Assert.True(failures.Count == 0, $"{failures.Count} vectors fail:\n{string.Join('\n', failures.Take(12))}");
    }

    private static Dictionary<string, object?> ToJson(string name, GgufMetadata metadata, Tokenizer gguf)
    {
        object[] added = [.. Enumerable.Range(0, gguf.VocabularySize)
            .Where(id => gguf.GetKind(id) is TokenKind.Control or TokenKind.UserDefined or TokenKind.Unknown)
            .Select(id => new
            {
                id,
                content = gguf.GetText(id),
                single_word = false,
                lstrip = false,
                rstrip = false,
                normalized = false,
                special = gguf.GetKind(id) != TokenKind.UserDefined,
            })];
        object[] splits = [.. Patterns[name].Select(pattern => Split(pattern))];
        return new Dictionary<string, object?>
        {
            ["added_tokens"] = added,
            ["normalizer"] = name is "qwen2" or "command-r" ? new { type = "NFC" } : null,
            ["pre_tokenizer"] = new { type = "Sequence", pretokenizers = (object[])[.. splits, Bytes] },
            ["post_processor"] = gguf.AddsBos ? Begin(gguf.BosId!.Value) : null,
            ["model"] = new
            {
                type = "BPE",
                ignore_merges = name == "llama-bpe",
                vocab = Enumerable.Range(0, gguf.VocabularySize).ToDictionary(gguf.GetText),
                merges = ReadMerges(metadata),
            },
        };
    }

    private static object Bytes => new { type = "ByteLevel", add_prefix_space = false, trim_offsets = true, use_regex = false };

    private static object Split(string pattern) =>
        new { type = "Split", pattern = new { Regex = pattern }, behavior = "Isolated", invert = false };

    private static object Begin(int id)
    {
        object[] places = [new { SpecialToken = new { id = "x", type_id = 0 } }, new { Sequence = new { id = "A", type_id = 0 } }];
        return new
        {
            type = "TemplateProcessing",
            single = places,
            pair = (object[])[.. places, new { Sequence = new { id = "B", type_id = 1 } }],
            special_tokens = new { x = new { id = "x", ids = (int[])[id], tokens = (string[])["x"] } },
        };
    }

    private static string[][] ReadMerges(GgufMetadata metadata) => [.. metadata.GetStringArray(Prefix + "merges").Select(merge =>
    {
        int space = merge.IndexOf(' ', 1);
        return (string[])[merge[..space], merge[(space + 1)..]];
    })];
}
