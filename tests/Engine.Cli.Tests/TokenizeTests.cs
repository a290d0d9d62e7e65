using System.Text;
using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Cli.Tests;

public class TokenizeTests
{
    private const string Vocabulary = "fixtures/tokenizers/ggml-vocab-llama-spm.gguf";
    private const string Vectors = "fixtures/tokenizers/llama-spm.json";

    [Fact]
    public void Text_becomes_an_array_of_ids_and_ids_become_the_text()
    {
        Assert.Equal("[19556,28,905]\n", EngineProcess.Run("tokenize", DefaultModel.Path, "Hello, world").AssertSuccess());
        Assert.Equal("[19556,28,905]\n", EngineProcess.RunWithInput("Hello, world", "tokenize", DefaultModel.Path).AssertSuccess());
        Assert.Equal("Hello, world\n", EngineProcess.Run("detokenize", DefaultModel.Path, "[19556,28,905]").AssertSuccess());
    }

    [Fact]
    public void Special_tokens_are_text_unless_they_are_asked_for()
    {
        string[] text = EngineProcess.Run("tokenize", DefaultModel.Path, "<|im_end|>").AssertSuccess().Split(',');
        Assert.True(text.Length > 1);
        Assert.Equal("[2]\n", EngineProcess.Run("tokenize", DefaultModel.Path, "<|im_end|>", "--parse-special").AssertSuccess());
        Assert.Equal("\n", EngineProcess.Run("detokenize", DefaultModel.Path, "2").AssertSuccess());
        Assert.Equal("<|im_end|>\n", EngineProcess.Run("detokenize", DefaultModel.Path, "2", "--special").AssertSuccess());
    }

    [Fact]
    public void Json_lines_keep_their_order()
    {
        const string input = "\"Hello\"\n\n\", world\"\n\"\"\n";
        string output = EngineProcess.RunWithInput(input, "tokenize", DefaultModel.Path, "--jsonl").AssertSuccess();
        Assert.Equal("[19556]\n[28,905]\n[]\n", output);
        string back = EngineProcess.RunWithInput(output, "detokenize", DefaultModel.Path, "--jsonl").AssertSuccess();
        Assert.Equal("\"Hello\"\n\", world\"\n\"\"\n", back);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void The_vectors_of_a_vocabulary_pass_through_the_command(bool addSpecial, bool parseSpecial)
    {
        string model = SharedFiles.Require(Vocabulary);
        var cases = Cases("vectors").Where(v => Is(v, "add_special") == addSpecial && Is(v, "parse_special") == parseSpecial).ToList();
        Assert.NotEmpty(cases);
        string input = string.Concat(cases.Select(v => v.GetProperty("text").GetRawText() + "\n"));
        List<string> arguments = ["tokenize", model, "--jsonl"];
        if (addSpecial) arguments.Add("--add-special");
        if (parseSpecial) arguments.Add("--parse-special");
        string output = EngineProcess.RunWithInput(input, [.. arguments]).AssertSuccess();
        var expected = cases.Select(v => $"[{string.Join(',', v.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()))}]");
        Assert.Equal(expected, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void The_ids_of_a_vocabulary_become_its_texts()
    {
        string model = SharedFiles.Require(Vocabulary);
        var cases = Cases("detokenize")
            .Where(d => !Is(d, "remove_special") && Is(d, "unparse_special") && d.TryGetProperty("text", out _))
            .ToList();
        string input = string.Concat(cases.Select(d => d.GetProperty("ids").GetRawText() + "\n"));
        string output = EngineProcess.RunWithInput(input, "detokenize", model, "--jsonl", "--special").AssertSuccess();
        var texts = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<string>(line));
        Assert.Equal(cases.Select(d => d.GetProperty("text").GetString()), texts);
    }

    [Fact]
    public void Bad_ids_and_bad_lines_are_named()
    {
        Assert.Contains("99999", EngineProcess.Run("detokenize", DefaultModel.Path, "99999").AssertFailure(1), StringComparison.Ordinal);
        Assert.Contains("'x'", EngineProcess.Run("detokenize", DefaultModel.Path, "1,x").AssertFailure(2), StringComparison.Ordinal);
        EngineProcess.Run("detokenize", DefaultModel.Path, "-1").AssertFailure(2);
        string line = EngineProcess.RunWithInput("{}\n", "tokenize", DefaultModel.Path, "--jsonl").AssertFailure(1);
        Assert.Contains("line 1", line, StringComparison.Ordinal);
        EngineProcess.Run("tokenize", DefaultModel.Path, "text", "--jsonl").AssertFailure(2);
        EngineProcess.Run("tokenize").AssertFailure(2);
    }

    [Fact]
    public void A_tokenizer_json_and_a_folder_with_one_serve_as_well()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("tokenizer.json",
            """{"model":{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"Hello":1,"world":2}},"pre_tokenizer":{"type":"WhitespaceSplit"}}""");
        foreach (string path in (string[])[file, folder.Path])
        {
            Assert.Equal("[1,2,0]\n", EngineProcess.Run("tokenize", path, "Hello world again").AssertSuccess());
            Assert.Equal("Hello world\n", EngineProcess.Run("detokenize", path, "[1,2]").AssertSuccess());
        }
        string bad = folder.Write("bad.json", """{"model":{"type":"Magic"}}""");
        Assert.Contains("\"Magic\"", EngineProcess.Run("tokenize", bad, "x").AssertFailure(1), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_is_utf8_on_both_sides()
    {
        const string text = "Grüße, 世界 🚀";
        string ids = EngineProcess.RunWithInput(text, "tokenize", DefaultModel.Path).AssertSuccess();
        Assert.Equal(text + "\n", EngineProcess.Run("detokenize", DefaultModel.Path, ids.Trim()).AssertSuccess());
        Assert.True(Encoding.UTF8.GetByteCount(text) > text.Length);
    }

    private static IEnumerable<JsonElement> Cases(string list) =>
        JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require(Vectors))).RootElement.GetProperty(list).EnumerateArray();

    private static bool Is(JsonElement vector, string property) => vector.GetProperty(property).GetBoolean();
}
