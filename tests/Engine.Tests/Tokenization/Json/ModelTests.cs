using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Formats;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization.Json;

/// <summary>Whole tokenizers of every kind of model against the library (data/tokenizers/json/make.js).</summary>
public class ModelTests
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private static readonly JsonArray File = JsonNodes.Read("models.json").AsArray();

    private sealed record Vector(string Text, int[] Ids, int[] WithSpecial);

    private sealed record PairVector(string Text, string Pair, int[]? Ids, int[]? TypeIds, int[]? AttentionMask);

    private sealed record DecodeVector(int[] Ids, bool SkipSpecial, string Text);

    private sealed record Model(Vector[] Vectors, PairVector[] Pairs, DecodeVector[] Decode);

    public static IEnumerable<TheoryDataRow<string>> Names() =>
        File.Select(model => new TheoryDataRow<string>(model!["name"]!.GetValue<string>()));

    [Theory]
    [MemberData(nameof(Names))]
    public void Texts_become_the_ids_of_the_library(string name)
    {
        (JsonTokenizer tokenizer, Model model) = Load(name);
        foreach (Vector vector in model.Vectors)
        {
            Check(vector.Text, vector.Ids, tokenizer.Encode(vector.Text, addSpecial: false));
            Check(vector.Text, vector.WithSpecial, tokenizer.Encode(vector.Text, addSpecial: true));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Pairs_are_cut_filled_up_and_numbered_as_by_the_library(string name)
    {
        (JsonTokenizer tokenizer, Model model) = Load(name);
        foreach (PairVector vector in model.Pairs)
        {
            if (vector.Ids is null)
            {
                Assert.Throws<ModelFormatException>(() => tokenizer.EncodePair(vector.Text, vector.Pair));
                continue;
            }
            EncodedText encoded = tokenizer.EncodePair(vector.Text, vector.Pair);
            Check(vector.Text, vector.Ids, encoded.Ids);
            Check(vector.Text, vector.TypeIds!, encoded.TypeIds);
            Check(vector.Text, vector.AttentionMask!, encoded.AttentionMask);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ids_become_the_text_of_the_library(string name)
    {
        (JsonTokenizer tokenizer, Model model) = Load(name);
        foreach (DecodeVector vector in model.Decode)
        {
            string text = tokenizer.Decode(vector.Ids, unparseSpecial: !vector.SkipSpecial);
            Assert.True(vector.Text == text,
                $"[{string.Join(",", vector.Ids)}] {vector.SkipSpecial}: {JsonSerializer.Serialize(text)} for {JsonSerializer.Serialize(vector.Text)}");
        }
    }

    [Theory]
    [InlineData("roberta")]
    [InlineData("llama")]
    [InlineData("wordpiece")]
    [InlineData("unigram")]
    [InlineData("clip")]
    public void Pieces_of_tokens_in_a_row_are_their_text_but_for_its_ends(string name)
    {
        (JsonTokenizer tokenizer, Model model) = Load(name);
        foreach (Vector vector in model.Vectors.Where(vector => vector.Ids.Length > 0))
        {
            StreamDecoder stream = tokenizer.CreateStream(special: true);
            string pieces = string.Concat(vector.Ids.Select(stream.AppendText)) + stream.Flush().ToString();
            Assert.Equal(tokenizer.Decode(vector.Ids, unparseSpecial: true).Trim(), pieces.Trim());
        }
    }

    private static (JsonTokenizer Tokenizer, Model Model) Load(string name)
    {
        System.Text.Json.Nodes.JsonNode node = File.Single(model => model!["name"]!.GetValue<string>() == name)!;
        return (JsonNodes.Open(node["tokenizer"]!.ToJsonString()), node.Deserialize<Model>(Options)!);
    }

    private static void Check(string text, IReadOnlyList<int> expected, IReadOnlyList<int> found) => Assert.True(expected.SequenceEqual(found),
        $"{JsonSerializer.Serialize(text)}: {string.Join(",", found)} for {string.Join(",", expected)}");
}
