using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Engine.Formats.Gguf;
using Engine.Sampling;
using Engine.Testing;
using Engine.Tokenization;

namespace Engine.Tests.Sampling;

/// <summary>Breakers of the recorded cases: the shared file names a vocabulary, the repository's gives the texts that matter.</summary>
internal static class DryVocabularies
{
    internal static DryBreakers Breakers(JsonElement item, JsonElement sampler)
    {
        string[] breakers = sampler.GetProperty("seq_breakers").EnumerateArray().Select(text => text.GetString()!).ToArray();
        if (item.TryGetProperty("texts", out JsonElement texts))
        {
            var known = texts.EnumerateObject().ToDictionary(text => int.Parse(text.Name), text => text.Value.GetString()!);
            return DryBreakers.Create(breakers, new ListedTexts(known));
        }
        if (!item.TryGetProperty("vocab", out JsonElement vocabulary)) return DryBreakers.None;
        return DryBreakers.Create(breakers, Files.GetOrAdd(vocabulary.GetString()!, Load));
    }

    private static readonly ConcurrentDictionary<string, Tokenizer> Files = new();

    private static Tokenizer Load(string name)
    {
        using GgufFile file = GgufFile.Open(SharedFiles.Require("fixtures/" + name));
        return Tokenizer.Create(file.Metadata, name);
    }

    /// <summary>A vocabulary of which only some texts are known; the others are empty.</summary>
    private sealed class ListedTexts(Dictionary<int, string> texts) : IDryVocabulary
    {
        public int VocabularySize => texts.Keys.Max() + 1;

        public ReadOnlySpan<byte> GetText(int id) => texts.TryGetValue(id, out string? text) ? Encoding.UTF8.GetBytes(text) : [];

        public IReadOnlyList<int> Encode(string text) => [texts.First(pair => pair.Value == text).Key];
    }
}
