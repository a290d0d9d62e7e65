using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>
/// How a tokenizer treats text around its tokens. Each kind, and each pre-tokenizer, has its defaults; the file's keys come over them.
/// </summary>
internal sealed record TokenizerSettings
{
    /// <summary>Put begin-of-text (WordPiece: CLS) in front when special tokens are added.</summary>
    public bool AddBos { get; init; }

    /// <summary>Put end-of-text behind when special tokens are added.</summary>
    public bool AddEos { get; init; }

    /// <summary>Put a space before text, and take it off the front of decoded text.</summary>
    public bool AddSpacePrefix { get; init; }

    /// <summary>Unigram: a run of spaces counts as one.</summary>
    public bool RemoveExtraSpaces { get; init; }

    /// <summary>Take spaces before punctuation off decoded text.</summary>
    public bool CleanSpaces { get; init; }

    /// <summary>BPE: a word that is a token needs no merges.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>WordPiece: lower-case the text.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>WordPiece: take accents off letters.</summary>
    public bool StripAccents { get; init; } = true;

    /// <summary>These settings, with what the file says.</summary>
    public TokenizerSettings With(GgufMetadata metadata)
    {
        bool lowercase = metadata.GetBoolean("tokenizer.ggml.normalizer.lowercase", Lowercase);
        return this with
        {
            AddBos = metadata.GetBoolean("tokenizer.ggml.add_bos_token", AddBos),
            AddEos = metadata.GetBoolean("tokenizer.ggml.add_eos_token", AddEos),
            AddSpacePrefix = metadata.GetBoolean("tokenizer.ggml.add_space_prefix", AddSpacePrefix),
            RemoveExtraSpaces = metadata.GetBoolean("tokenizer.ggml.remove_extra_whitespaces", RemoveExtraSpaces),
            Lowercase = lowercase,
            StripAccents = metadata.GetBoolean("tokenizer.ggml.normalizer.strip_accents", lowercase),
        };
    }
}
