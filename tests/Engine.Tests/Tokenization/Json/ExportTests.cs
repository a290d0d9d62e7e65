using System.Text.Json.Nodes;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Models.HuggingFace;
using Engine.Testing;
using Engine.Tokenization;
using Engine.Tokenization.Export;
using Xunit;

namespace Engine.Tests.Tokenization.Json;

/// <summary>The keys that are written to a GGUF file for the tokenizer of a folder.</summary>
public sealed class ExportTests : IDisposable
{
    private const string Models = "fixtures/models";
    private const string Llama3 = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static readonly string[] Texts =
        ["", "Hello  world", "it's 12345 o'clock\n\n x", "the café 東京 😀", "<s>the</s> the <tool>the", "\t\r\n  the"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static IEnumerable<TheoryDataRow<string>> Names() => ModelFolderTests.Names();

    [Theory, MemberData(nameof(Names))]
    public void A_file_has_the_tokens_of_the_one_that_llama_cpp_writes(string name)
    {
        string folder = SharedFiles.Require($"{Models}/{name}");
        using GgufFile file = GgufFile.Open(Path.Combine(folder, "model-f32.gguf"));
        using ModelFolder source = ModelFolder.Open(Path.Combine(folder, "hf"));
        GgufMetadata expected = file.Metadata, actual = ModelSources.FileMetadata(source);
        foreach (string key in (string[])["model", "pre"]) Assert.Equal(Text(expected, key), Text(actual, key));
        Assert.Equal(expected.GetStrings(Key("tokens")), actual.GetStrings(Key("tokens")));
        if (expected.ContainsKey(Key("merges"))) Assert.Equal(expected.GetStrings(Key("merges")), actual.GetStrings(Key("merges")));
        foreach (string key in (string[])["bos_token_id", "eos_token_id"])
            Assert.Equal(expected.GetUInt32(Key(key), 0), actual.GetUInt32(Key(key), 0));
        Tokenizer written = Tokenizer.Create(actual, "written"), original = Tokenizer.Create(expected, "original");
        foreach (string text in Texts) Assert.Equal(original.Encode(text), written.Encode(text));
    }

    [Theory]
    [InlineData("""{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""", false, "gpt-2")]
    [InlineData("""
        {"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}
        """, false, "smollm")]
    [InlineData("LLAMA3", true, "llama-bpe")]
    [InlineData("LLAMA3", false, "smaug-bpe")]
    public void A_written_tokenizer_gives_the_ids_of_the_json(string cuts, bool ignoreMerges, string pre)
    {
        WriteJson(cuts == "LLAMA3" ? Split(Llama3) : JsonNode.Parse(cuts)!, ignoreMerges);
        GgufMetadata keys = FolderTokenizerKeys.TryRead(_folder.Path, 300)!;
        Assert.Equal(pre, Text(keys, "pre"));
        Assert.Equal("[PAD299]", keys.GetStrings(Key("tokens"))[299]);
        Assert.Equal((int)TokenKind.Unused, keys.GetInt32s(Key("token_type"))[299]);
        Tokenizer written = Tokenizer.Create(keys, "written"), json = JsonTokenizer.Open(_folder.Path);
        foreach (string text in Texts) Assert.Equal(json.Encode(text), written.Encode(text));
        Assert.Equal(json.FindToken("the"), Assert.Single(written.Encode("the")));
    }

    [Fact]
    public void What_no_GGUF_file_can_name_is_refused()
    {
        WriteJson(Split(@"\p{L}+|\s+"), ignoreMerges: false);
        Assert.Contains("pre_tokenizer", Assert.Throws<ModelFormatException>(() => FolderTokenizerKeys.TryRead(_folder.Path, 300)).Message);
        WriteJson(Split(Llama3), ignoreMerges: false, new JsonObject { ["type"] = "Lowercase" });
        Assert.Contains("Lowercase", Assert.Throws<ModelFormatException>(() => FolderTokenizerKeys.TryRead(_folder.Path, 300)).Message);
        WriteJson(new JsonObject { ["type"] = "WhitespaceSplit" }, ignoreMerges: false);
        Assert.Contains("byte-level", Assert.Throws<ModelFormatException>(() => FolderTokenizerKeys.TryRead(_folder.Path, 300)).Message);
        WriteJson(Split(Llama3), ignoreMerges: false);
        Assert.Contains("at most the 100 rows", Assert.Throws<ModelFormatException>(() => FolderTokenizerKeys.TryRead(_folder.Path, 100)).Message);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_has_no_keys() => Assert.Null(FolderTokenizerKeys.TryRead(_folder.Path, 10));

    private static string Key(string name) => TokenizerKeys.Prefix + name;

    private static string Text(GgufMetadata metadata, string name) => metadata.GetString(Key(name));

    private static JsonObject Split(string pattern) => new()
    {
        ["type"] = "Sequence",
        ["pretokenizers"] = new JsonArray(
            new JsonObject
            {
                ["type"] = "Split",
                ["pattern"] = new JsonObject { ["Regex"] = pattern },
                ["behavior"] = "Isolated",
                ["invert"] = false,
            },
            new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["use_regex"] = false }),
    };

    /// <summary>All bytes, "the" with its merges, a control token and one for users.</summary>
    private void WriteJson(JsonNode cuts, bool ignoreMerges, JsonNode? normalizer = null)
    {
        var vocabulary = new JsonObject();
        for (int b = 0; b < 256; b++) vocabulary[ByteAlphabet.ToCharacter((byte)b).ToString()] = b;
        foreach (string token in (string[])["th", "the"]) vocabulary[token] = vocabulary.Count;
        var added = new JsonArray();
        foreach ((string text, bool special) in ((string, bool)[])[("<s>", true), ("<tool>", false)])
        {
            added.Add(new JsonObject
            {
                ["id"] = vocabulary.Count + added.Count,
                ["content"] = text,
                ["special"] = special,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
            });
        }
        var model = new JsonObject
        {
            ["type"] = "BPE",
            ["vocab"] = vocabulary,
            ["merges"] = new JsonArray("t h", "th e"),
            ["ignore_merges"] = ignoreMerges,
        };
        _folder.Write("tokenizer.json", new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = added,
            ["normalizer"] = normalizer,
            ["pre_tokenizer"] = cuts,
            ["model"] = model,
            ["decoder"] = new JsonObject { ["type"] = "ByteLevel" },
        }.ToJsonString());
    }
}
