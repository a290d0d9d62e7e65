using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Engine.Formats.Gguf;
using Engine.Sampling;
using Engine.Testing;

namespace Engine.Tests.Sampling;

/// <summary>Breakers of the recorded cases: in the shared file a vocabulary is named, in the repository's the texts that matter are given.</summary>
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
        return DryBreakers.Create(breakers, Files.GetOrAdd(vocabulary.GetString()!, name => new FileTexts(name)));
    }

    private static readonly ConcurrentDictionary<string, FileTexts> Files = new();

    /// <summary>The texts of a GGUF vocabulary, enough of a tokenizer for the breakers of the cases.</summary>
    private sealed class FileTexts : IDryVocabulary
    {
        private readonly byte[][] _texts;

        internal FileTexts(string name)
        {
            using GgufFile file = GgufFile.Open(SharedFiles.Require("fixtures/" + name));
            bool bytes = file.Metadata.GetString("tokenizer.ggml.model") == "gpt2";
            _texts = file.Metadata.GetStrings("tokenizer.ggml.tokens").Select(text => bytes ? Bytes(text) : Pieces(text)).ToArray();
        }

        public int VocabularySize => _texts.Length;

        public ReadOnlySpan<byte> GetText(int id) => _texts[id];

        public IReadOnlyList<int> Encode(string text)
        {
            byte[] wanted = Encoding.UTF8.GetBytes(text);
            return [Array.FindIndex(_texts, candidate => candidate.AsSpan().SequenceEqual(wanted))];
        }

        private static byte[] Bytes(string text)
        {
            int[] visible = [.. Enumerable.Range(33, 94), .. Enumerable.Range(161, 12), .. Enumerable.Range(174, 82)];
            int[] hidden = Enumerable.Range(0, 256).Except(visible).ToArray();
            return text.Select(c => (byte)(c < 256 ? c : hidden[Math.Min(c - 256, hidden.Length - 1)])).ToArray();
        }

        private static byte[] Pieces(string text)
        {
            if (text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal)) return [Convert.ToByte(text[3..5], 16)];
            string plain = text.Replace('\u2581', ' ');
            return Encoding.UTF8.GetBytes(plain.StartsWith(' ') ? plain[1..] : plain);
        }
    }

    /// <summary>A vocabulary of which only some texts are known; the others are empty.</summary>
    private sealed class ListedTexts(Dictionary<int, string> texts) : IDryVocabulary
    {
        public int VocabularySize => texts.Keys.Max() + 1;

        public ReadOnlySpan<byte> GetText(int id) => texts.TryGetValue(id, out string? text) ? Encoding.UTF8.GetBytes(text) : [];

        public IReadOnlyList<int> Encode(string text) => [texts.First(pair => pair.Value == text).Key];
    }
}
