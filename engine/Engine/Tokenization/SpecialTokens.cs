using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>The tokens with a role: ids, null where the model has none.</summary>
internal sealed record SpecialTokens
{
    public int? Bos { get; init; }

    public int? Eos { get; init; }

    public int? EndOfTurn { get; init; }

    public int? EndOfMessage { get; init; }

    public int? Unknown { get; init; }

    public int? Separator { get; init; }

    public int? Padding { get; init; }

    public int? Mask { get; init; }

    public int? FimPrefix { get; init; }

    public int? FimSuffix { get; init; }

    public int? FimMiddle { get; init; }

    public int? FimPadding { get; init; }

    public int? FimRepository { get; init; }

    public int? FimSeparator { get; init; }

    /// <summary>These defaults, with what the file says; a default beyond the vocabulary is dropped.</summary>
    /// <exception cref="ModelFormatException">A key names a token that does not exist.</exception>
    public SpecialTokens With(GgufMetadata metadata, string file, int vocabularySize)
    {
        return new SpecialTokens
        {
            Bos = Read(Bos, "bos_token_id"),
            Eos = Read(Eos, "eos_token_id"),
            EndOfTurn = Read(EndOfTurn, "eot_token_id"),
            EndOfMessage = Read(EndOfMessage, "eom_token_id"),
            Unknown = Read(Unknown, "unknown_token_id"),
            Separator = Read(Separator, "seperator_token_id"),  // the key's spelling
            Padding = Read(Padding, "padding_token_id"),
            Mask = Read(Mask, "mask_token_id"),
            FimPrefix = Read(FimPrefix, "fim_pre_token_id", "prefix_token_id"),
            FimSuffix = Read(FimSuffix, "fim_suf_token_id", "suffix_token_id"),
            FimMiddle = Read(FimMiddle, "fim_mid_token_id", "middle_token_id"),
            FimPadding = Read(FimPadding, "fim_pad_token_id"),
            FimRepository = Read(FimRepository, "fim_rep_token_id"),
            FimSeparator = Read(FimSeparator, "fim_sep_token_id"),
        };

        int? Read(int? byDefault, params ReadOnlySpan<string> names)
        {
            int? id = byDefault >= 0 && byDefault < vocabularySize ? byDefault : null;
            foreach (string name in names)
            {
                string key = "tokenizer.ggml." + name;
                if (!metadata.ContainsKey(key)) continue;
                long value = metadata.GetInt64(key);
                if (value < 0 || value >= vocabularySize)
                    throw new ModelFormatException(file, key, $"token {value}", $"a token from 0 to {vocabularySize - 1}");
                id = (int)value;
            }
            return id;
        }
    }
}
