using System.Text.Json;
using Engine.Formats.Gguf;
using Engine.Testing;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>Vocabularies of 384 tokens with ids by Hugging Face's tokenizers: data/tokenizers/cut.py says where from.</summary>
public class SmallModelTests
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record Vector(string Text, int[] Ids, int[] IdsWithSpecial);

    private sealed record Reference(Vector[] Tokenize);

    [Theory]
    [InlineData("llama")]
    [InlineData("llama3")]
    [InlineData("qwen2")]
    [InlineData("gemma3-text")]
    [InlineData("bert")]
    public void Small_vocabularies_give_the_ids_of_the_original_tokenizers(string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "data", "tokenizers");
        using FileStream stream = File.OpenRead(Path.Combine(folder, "vectors.json"));
        Check(Path.Combine(folder, name + ".gguf"), JsonSerializer.Deserialize<Dictionary<string, Vector[]>>(stream, Options)![name]);
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("llama3")]
    [InlineData("qwen2")]
    [InlineData("granite")]
    [InlineData("gemma3-text")]
    [InlineData("bert")]
    public void Model_files_give_the_ids_of_the_original_tokenizers(string name)
    {
        string folder = SharedFiles.Require("fixtures/models/" + name);
        using FileStream stream = File.OpenRead(Path.Combine(folder, "reference.json"));
        Check(Path.Combine(folder, "model-f32.gguf"), JsonSerializer.Deserialize<Reference>(stream, Options)!.Tokenize);
    }

    private static void Check(string path, Vector[] vectors)
    {
        using GgufFile file = GgufFile.Open(path);
        Tokenizer tokenizer = Tokenizer.Create(file.Metadata, path);
        Assert.NotEmpty(vectors);
        foreach (Vector vector in vectors)
        {
            Assert.Equal(vector.Ids, tokenizer.Encode(vector.Text, addSpecial: false));
            Assert.Equal(vector.IdsWithSpecial, tokenizer.Encode(vector.Text, addSpecial: true));
        }
    }
}
