using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// Which special tokens swallow the white space beside them in text. Hugging Face's tokenizer.json says so for each token, GGUF files
/// do not: what is known of the families stands here.
/// </summary>
internal static class TokenStripping
{
    private static readonly string[] MaskedPreTokenizers = ["jina-v2-de", "jina-v2-es", "jina-v2-code"];
    private static readonly string[] MaskedArchitectures = ["nomic-bert-moe", "jina-bert-v3"];
    private static readonly string[] Phi3Names = ["phi-3", "phi3"];
    private static readonly string[] Phi3Exceptions = ["<unk>", "<s>", "<|endoftext|>"];

    public static void Apply(Vocabulary vocabulary, GgufMetadata metadata)
    {
        string name = metadata.GetString("general.name", "").ToLowerInvariant();
        if (ContainsAny(metadata.GetString("tokenizer.ggml.pre", ""), MaskedPreTokenizers) ||
            ContainsAny(metadata.GetString("general.architecture", ""), MaskedArchitectures))
        {
            Add(vocabulary, vocabulary.Find("<mask>"), TokenAttributes.StripLeft);
        }
        else if (ContainsAny(name, Phi3Names))
        {
            for (int id = 0; id < vocabulary.Count; id++)
            {
                if (vocabulary.Has(id, TokenAttributes.Special | TokenAttributes.UserDefined))
                    Add(vocabulary, id, TokenAttributes.StripRight);
            }
            Add(vocabulary, vocabulary.Find("</s>"), TokenAttributes.StripRight);
            foreach (string text in Phi3Exceptions)
            {
                if (vocabulary.Find(text) is >= 0 and int id)
                    vocabulary.SetAttributes(id, vocabulary.GetAttributes(id) & ~TokenAttributes.StripRight);
            }
        }
        else if (name.Contains("modern-bert", StringComparison.Ordinal))
        {
            Add(vocabulary, vocabulary.Find("[MASK]"), TokenAttributes.StripLeft);
        }
    }

    private static bool ContainsAny(string text, string[] parts) =>
        Array.Exists(parts, part => text.Contains(part, StringComparison.Ordinal));

    private static void Add(Vocabulary vocabulary, int id, TokenAttributes attributes)
    {
        if (id >= 0) vocabulary.SetAttributes(id, vocabulary.GetAttributes(id) | attributes);
    }
}
