using System.Globalization;
using System.Text;
using System.Text.Json;
using Engine.Testing;
using Engine.Tokenization;
using Xunit;

namespace Engine.Tests.Tokenization;

/// <summary>
/// all-MiniLM-L6-v2's own answers (Hugging Face's tokenizers) from our WordPiece with its vocabulary. Where the text has what llama.cpp
/// treats otherwise, our answer is llama.cpp's: docs/adr/0002.
/// </summary>
public class MiniLmTests
{
    private const int LongestWord = 100;

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record Vector(string Text, bool AddSpecial, int[] Ids);

    [Fact]
    public void The_original_ids_come_out_but_for_what_the_decision_names()
    {
        Tokenizer tokenizer = Load();
        using FileStream stream = File.OpenRead(SharedFiles.Require("fixtures/tokenizers/minilm-hf.json"));
        JsonElement vectors = JsonDocument.Parse(stream).RootElement.GetProperty("vectors");
        int same = 0;
        int departures = 0;
        foreach (Vector vector in vectors.Deserialize<Vector[]>(Options)!)
        {
            List<int> ids = tokenizer.Encode(vector.Text, vector.AddSpecial);
            if (vector.Ids.SequenceEqual(ids)) same++;
            else if (Departs(vector.Text)) departures++;
            else Assert.Fail($"{JsonSerializer.Serialize(vector.Text)}: {string.Join(",", ids)}");
        }
        Assert.True(same > 100, $"{same} are the same, {departures} are not");
    }

    /// <summary>What the ADR lists: Hangul, marks that are not accents, characters that separate or not, very long words.</summary>
    private static bool Departs(string text) =>
        text.Split().Any(word => word.Length > LongestWord) ||
        text.EnumerateRunes().Any(rune =>
            rune.Value is '\v' or '\f' or 0x85 or 0x2581 or (>= 0x1100 and <= 0x11FF) or (>= 0xAC00 and <= 0xD7A3) ||
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark);

    private static Tokenizer Load()
    {
        using FileStream stream = File.OpenRead(SharedFiles.Require("fixtures/tokenizers/minilm-tokenizer.json"));
        JsonElement vocabulary = JsonDocument.Parse(stream).RootElement.GetProperty("model").GetProperty("vocab");
        var tokens = new SmallVocabulary("bert");
        foreach (JsonProperty token in vocabulary.EnumerateObject().OrderBy(token => token.Value.GetInt32()))
        {
            if (token.Name is "[PAD]" or "[UNK]" or "[CLS]" or "[SEP]" or "[MASK]") tokens.Add(token.Name, TokenKind.Control);
            else tokens.Add(token.Name.StartsWith("##", StringComparison.Ordinal) ? token.Name[2..] : "▁" + token.Name);
        }
        return tokens.ToTokenizer();
    }
}
