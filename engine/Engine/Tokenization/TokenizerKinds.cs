using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>The kinds of tokenizer by their names in GGUF files.</summary>
internal static class TokenizerKinds
{
    private const string Key = "tokenizer.ggml.model";

    public static Tokenizer Create(GgufMetadata metadata, string file)
    {
        string kind = metadata.GetString(Key);
        return kind switch
        {
            "llama" => new SentencePieceTokenizer(metadata, file),
            "gpt2" => BpeTokenizer.CreateGpt2(metadata, file),
            "gemma4" => BpeTokenizer.CreateGemma4(metadata, file),
            "t5" => new UnigramTokenizer(metadata, file),
            "bert" => new WordPieceTokenizer(metadata, file),
            _ => throw new ModelFormatException(file, Key, $"the tokenizer \"{kind}\"", "llama, t5, gpt2, gemma4 or bert"),
        };
    }
}
