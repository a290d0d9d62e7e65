using Engine.Formats;
using Engine.Tokenization.Json;
using Engine.Tokenization.PreTokenizers;

namespace Engine.Tokenization.Export;

/// <summary>Finds the name that GGUF files have for the pre-tokenizer of a tokenizer.json: by the patterns by which it cuts.</summary>
internal static class PreTokenizerNames
{
    private const string Contraction = "'(?i:s|t|re|ve|m|ll|d)";

    private const string AnySpaces = @"|\s+";

    /// <summary>Where more than one name says the same, these are the ones that most files have.</summary>
    private static readonly string[] Usual = ["gpt-2", "llama-bpe", "smaug-bpe", "qwen2", "smollm"];

    /// <summary>Other ways to write what <see cref="PublishedPatterns"/> has once, longer ones first.</summary>
    private static readonly (string Published, string Own)[] Spellings =
    [
        ("(?i:'s|'t|'re|'ve|'m|'ll|'d)?", $"(?:{Contraction})?"),
        ("(?i:'s|'t|'re|'ve|'m|'ll|'d)", Contraction),
        ("'(?i:[sdmt]|ll|ve|re)", Contraction),
        ("'s|'t|'re|'ve|'m|'ll|'d", "'(?:s|t|re|ve|m|ll|d)"),
    ];

    /// <summary>Whether a pre-tokenizer ends with the bytes of words as characters, as GPT-2's does.</summary>
    public static bool IsByteLevel(JsonNode node) => Flat(node).Any(step => step.Kind() == "ByteLevel");

    /// <summary>The name.</summary>
    /// <param name="node">The field pre_tokenizer.</param>
    /// <param name="ignoreMerges">Whether a word that is a token needs no merges, which the name says, too.</param>
    /// <exception cref="ModelFormatException">There is no name for these rules.</exception>
    public static string Find(JsonNode node, bool ignoreMerges)
    {
        string[] patterns = [.. Flat(node).SelectMany(Patterns)];
        string[] names = [.. PreTokenizerTable.NamesOf(patterns, ignoreMerges)];
        if (names.Length > 0) return Usual.FirstOrDefault(names.Contains) ?? names[0];
        string rules = ignoreMerges ? "these patterns with ignore_merges" : "these patterns";
        throw node.Error(rules, "rules of a pre-tokenizer that llama.cpp knows: a GGUF file can name no other");
    }

    private static IEnumerable<JsonNode> Flat(JsonNode node) =>
        node.Kind() == "Sequence" ? node.Get("pretokenizers").Items().SelectMany(Flat) : [node];

    private static IEnumerable<string> Patterns(JsonNode node)
    {
        switch (node.Kind())
        {
            case "ByteLevel" when node.GetFlag("add_prefix_space"):
                throw node.ErrorAt("add_prefix_space", "true", "false, to write a GGUF file");
            case "ByteLevel":
                return node.GetFlag("use_regex", byDefault: true) ? [PublishedPatterns.Gpt2] : [];
            case "Digits":
                return [node.GetFlag("individual_digits") ? PublishedPatterns.Number : PublishedPatterns.Numbers];
            case "Split" when (node.GetText("behavior"), node.GetFlag("invert")) is ("Isolated", _):
                return [Pattern(node)];
            // What does not match is thrown away, which is nothing where white space of any length does.
            case "Split" when (node.GetText("behavior"), node.GetFlag("invert")) is ("Removed", true)
                && Pattern(node).EndsWith(AnySpaces, StringComparison.Ordinal):
                return [Pattern(node)];
            default:
                throw node.UnknownKind("pre-tokenizer for a GGUF file", "ByteLevel, Digits, Split by an isolated regular expression");
        }
    }

    private static string Pattern(JsonNode node) => Spellings.Aggregate(
        node.Get("pattern").GetText("Regex"), (text, spelling) => text.Replace(spelling.Published, spelling.Own, StringComparison.Ordinal));
}
