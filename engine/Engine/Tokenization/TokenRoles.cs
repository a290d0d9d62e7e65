namespace Engine.Tokenization;

/// <summary>
/// Finds by their texts the tokens whose role the file does not name, and the tokens that end generation. A token that these lists
/// know counts as control even where its file forgot to say so. The lists are those of llama.cpp, so that both stop at the same token.
/// </summary>
internal static class TokenRoles
{
    private static readonly string[] EndOfTurn =
    [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<EOT>", "_<EOT>", "[EOT]",
        "<｜end▁of▁sentence｜>", "<end_of_utterance>",
    ];

    private static readonly string[] EndOfMessage = ["<|eom_id|>"];

    private static readonly string[] EndOfGeneration =
    [
        .. EndOfTurn, .. EndOfMessage, "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "</s>", "[EOS]", "<eos>", "<turn|>",
        "<|tool_response>", "[e~[",
    ];

    private static readonly string[] FimPrefix =
        ["<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>", "<|prefix|>"];

    private static readonly string[] FimSuffix =
        ["<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>", "<|suffix|>"];

    private static readonly string[] FimMiddle =
        ["<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>", "<|middle|>"];

    private static readonly string[] FimPadding = ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"];

    private static readonly string[] FimRepository = ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"];

    private static readonly string[] FimSeparator = ["<|file_sep|>"];

    /// <summary>GPT-OSS's channel marks: its files call them control, but what stands between them is for the reader.</summary>
    private static readonly string[] AlwaysVisible = ["<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"];

    /// <summary>
    /// The special tokens with the roles found, and the tokens that end generation. Changes attributes in the vocabulary.
    /// </summary>
    public static (SpecialTokens Tokens, HashSet<int> EndOfGeneration) Detect(Vocabulary vocabulary, SpecialTokens known)
    {
        SpecialTokens tokens = known with
        {
            EndOfTurn = known.EndOfTurn ?? FindControl(vocabulary, EndOfTurn),
            EndOfMessage = known.EndOfMessage ?? FindControl(vocabulary, EndOfMessage),
            FimPrefix = known.FimPrefix ?? FindControl(vocabulary, FimPrefix),
            FimSuffix = known.FimSuffix ?? FindControl(vocabulary, FimSuffix),
            FimMiddle = known.FimMiddle ?? FindControl(vocabulary, FimMiddle),
            FimPadding = known.FimPadding ?? FindControl(vocabulary, FimPadding),
            FimRepository = known.FimRepository ?? FindControl(vocabulary, FimRepository),
            FimSeparator = known.FimSeparator ?? FindControl(vocabulary, FimSeparator),
        };

        var ends = new HashSet<int>();
        foreach (string text in EndOfGeneration)
        {
            if (FindControl(vocabulary, [text]) is int id) ends.Add(id);
        }
        foreach (string text in AlwaysVisible)
        {
            if (vocabulary.Find(text) is >= 0 and int id) vocabulary.SetAttributes(id, TokenAttributes.UserDefined);
        }
        foreach (int? id in (ReadOnlySpan<int?>)[tokens.Eos, tokens.EndOfTurn, tokens.EndOfMessage, tokens.FimPadding,
            tokens.FimRepository, tokens.FimSeparator])
        {
            if (id is not null) ends.Add(id.Value);
        }
        RemoveFalseEnds(vocabulary, ends);
        return (tokens, ends);
    }

    /// <summary>In two families a token that usually ends an answer is part of it.</summary>
    private static void RemoveFalseEnds(Vocabulary vocabulary, HashSet<int> ends)
    {
        bool calls = Ends("<|call|>") || Ends("<|calls|>");
        if (calls && (Ends("<|return|>") || Ends("<|flush|>"))) Remove("<|end|>", TokenAttributes.UserDefined);
        if (Ends("<|tool_response>")) Remove("</s>", TokenAttributes.Normal);

        bool Ends(string text) => ends.Contains(vocabulary.Find(text));

        void Remove(string text, TokenAttributes attributes)
        {
            int id = vocabulary.Find(text);
            if (ends.Remove(id)) vocabulary.SetAttributes(id, attributes);
        }
    }

    private static int? FindControl(Vocabulary vocabulary, ReadOnlySpan<string> texts)
    {
        foreach (string text in texts)
        {
            int id = vocabulary.Find(text);
            if (id < 0) continue;
            vocabulary.SetAttributes(id, vocabulary.GetAttributes(id) | TokenAttributes.Control);
            return id;
        }
        return null;
    }
}
