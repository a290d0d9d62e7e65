using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tokenization;

/// <summary>What every kind of tokenizer is made of, read from a file and checked.</summary>
internal sealed class TokenizerDefinition
{
    private TokenizerDefinition(Vocabulary vocabulary, SpecialTokens special, int? endId, HashSet<int> ends, TokenizerSettings settings)
    {
        Vocabulary = vocabulary;
        Special = special;
        EndId = endId;
        EndOfGeneration = ends;
        Settings = settings;
    }

    public Vocabulary Vocabulary { get; }

    public SpecialTokens Special { get; }

    /// <summary>The token that is put behind text when special tokens are added.</summary>
    public int? EndId { get; }

    public HashSet<int> EndOfGeneration { get; }

    public TokenizerSettings Settings { get; }

    /// <summary>Reads the vocabulary and what the file says over the defaults of its kind.</summary>
    /// <exception cref="ModelFormatException">A key is missing or wrong.</exception>
    public static TokenizerDefinition Read(GgufMetadata metadata, string file, TokenizerDefaults defaults)
    {
        Vocabulary vocabulary = Vocabulary.Read(metadata, file, defaults.NeedsScores);
        TokenizerSettings settings = defaults.Settings.With(metadata);
        if (defaults.AlwaysAddsBegin) settings = settings with { AddBos = true };
        if (defaults.EndsWithSeparator) settings = settings with { AddEos = true };
        (SpecialTokens special, HashSet<int> ends) = TokenRoles.Detect(vocabulary, defaults.Ids.With(metadata, file, vocabulary.Count));
        int? end = defaults.EndsWithSeparator ? special.Separator : special.Eos;
        if (settings.AddBos && special.Bos is null) throw Missing("bos_token_id", "begin");
        if (settings.AddEos && end is null) throw Missing(defaults.EndsWithSeparator ? "seperator_token_id" : "eos_token_id", "end");
        TokenStripping.Apply(vocabulary, metadata);
        return new TokenizerDefinition(vocabulary, special, end, ends, settings);

        ModelFormatException Missing(string key, string where) =>
            new(file, "tokenizer.ggml." + key, "no token", $"the token that is to be added at the {where} of text");
    }
}
