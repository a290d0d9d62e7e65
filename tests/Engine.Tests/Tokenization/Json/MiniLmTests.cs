using System.Text.Json;
using Engine.Testing;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization.Json;

/// <summary>all-MiniLM-L6-v2's own tokenizer.json gives the answers that Hugging Face's `tokenizers` gave: every vector, none excepted.</summary>
public class MiniLmTests
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record EncodeVector(string Text, bool AddSpecial, int[] Ids);

    private sealed record PairVector(string Text, string Pair, int[] Ids, int[] TypeIds);

    private sealed record PaddedVector(string Text, int[] Ids, int[] AttentionMask);

    private sealed record DecodeVector(int[] Ids, bool SkipSpecial, string Text);

    private sealed record VectorFile(EncodeVector[] Vectors, PairVector[] Pairs, PaddedVector[] Padded, DecodeVector[] Decode);

    [Fact]
    public void Texts_become_the_recorded_ids()
    {
        JsonTokenizer tokenizer = Load();
        foreach (EncodeVector vector in Read().Vectors) Assert.Equal(vector.Ids, tokenizer.Encode(vector.Text, vector.AddSpecial));
    }

    [Fact]
    public void Pairs_become_the_recorded_ids_and_types()
    {
        JsonTokenizer tokenizer = Load();
        foreach (PairVector vector in Read().Pairs)
        {
            EncodedText encoded = tokenizer.EncodePair(vector.Text, vector.Pair);
            int length = vector.Ids.Length;
            Assert.Equal(vector.Ids, encoded.Ids.Take(length));
            Assert.Equal(vector.TypeIds, encoded.TypeIds.Take(length));
            Assert.All(encoded.AttentionMask.Skip(length), mask => Assert.Equal(0, mask));
        }
    }

    [Fact]
    public void Texts_are_cut_and_filled_up_to_the_length_of_the_file()
    {
        JsonTokenizer tokenizer = Load();
        Assert.True(tokenizer.Truncates && tokenizer.Pads);
        foreach (PaddedVector vector in Read().Padded)
        {
            EncodedText encoded = tokenizer.EncodePair(vector.Text);
            Assert.Equal(vector.Ids, encoded.Ids);
            Assert.Equal(vector.AttentionMask, encoded.AttentionMask);
        }
    }

    [Fact]
    public void Ids_become_the_recorded_text()
    {
        JsonTokenizer tokenizer = Load();
        foreach (DecodeVector vector in Read().Decode)
            Assert.Equal(vector.Text, tokenizer.Decode(vector.Ids, unparseSpecial: !vector.SkipSpecial));
    }

    [Fact]
    public void Every_token_is_found_again()
    {
        JsonTokenizer tokenizer = Load();
        for (int id = 0; id < tokenizer.VocabularySize; id++) Assert.Equal(id, tokenizer.FindToken(tokenizer.GetText(id)));
        Assert.Equal((101, 102, 100, 0), (tokenizer.BosId, tokenizer.EosId, tokenizer.UnknownId, tokenizer.PaddingId));
    }

    private static JsonTokenizer Load() => JsonTokenizer.Open(SharedFiles.Require("fixtures/tokenizers/minilm-tokenizer.json"));

    private static VectorFile Read() =>
        JsonSerializer.Deserialize<VectorFile>(File.ReadAllText(SharedFiles.Require("fixtures/tokenizers/minilm-hf.json")), Options)!;
}
