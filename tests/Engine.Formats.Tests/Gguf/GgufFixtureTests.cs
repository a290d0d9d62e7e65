using Engine.Formats.Gguf;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Gguf;

/// <summary>Files that llama.cpp's converters and gguf-split wrote.</summary>
public class GgufFixtureTests
{
    public static IEnumerable<TheoryDataRow<string>> Models() => Below("fixtures/models");

    public static IEnumerable<TheoryDataRow<string>> Vocabularies() => Below("fixtures/tokenizers");

    /// <summary>All files that are no part of a split model.</summary>
    public static IEnumerable<TheoryDataRow<string>> Wholes() =>
        Below("fixtures").Where(row => !row.Data.Contains("-of-", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_tensor_of_a_model_reads_to_its_last_byte(string file)
    {
        using GgufFile model = GgufFile.Open(SharedFiles.Require(file));
        Assert.NotEmpty(model.Tensors);
        foreach (GgufTensor tensor in model.Tensors)
        {
            Assert.Equal(tensor.Elements / tensor.Type.BlockElements * tensor.Type.BlockBytes, tensor.ByteLength);
            tensor.Read(0, new byte[tensor.ByteLength]);
        }
    }

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void A_vocabulary_has_as_many_types_as_tokens(string file)
    {
        using GgufFile vocabulary = GgufFile.Open(SharedFiles.Require(file));
        int tokens = vocabulary.Metadata.GetStringArray("tokenizer.ggml.tokens").Count;
        Assert.True(tokens > 0);
        Assert.Equal(tokens, vocabulary.Metadata.GetInt32s("tokenizer.ggml.token_type").Length);
    }

    private static IEnumerable<TheoryDataRow<string>> Below(string folder)
    {
        if (SharedFiles.Root is null) return [new TheoryDataRow<string>("")];
        return Directory.EnumerateFiles(Path.Combine(SharedFiles.Root, folder), "*.gguf", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => new TheoryDataRow<string>(Path.GetRelativePath(SharedFiles.Root, file)));
    }
}
