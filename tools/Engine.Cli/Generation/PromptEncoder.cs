using Engine.Cli.CommandLine;
using Engine.Generation;
using Engine.Templates;

namespace Engine.Cli.Generation;

/// <summary>Turns what stands on the command line into the token ids that the model is given.</summary>
internal static class PromptEncoder
{
    /// <summary>
    /// Ids as they are; a text through the model's chat template, or with <paramref name="raw"/>, or where the model has none, as it is.
    /// </summary>
    /// <exception cref="UsageException">A system prompt has no template to stand in.</exception>
    /// <exception cref="CommandException">An id is no token.</exception>
    public static int[] Encode(Model model, Prompt prompt, string? system, bool raw)
    {
        bool template = prompt.Ids is null && !raw && model.ChatTemplate is not null;
        if (system is not null && !template)
            throw new UsageException("--system needs a chat template: it goes neither with --raw or --ids nor with a model that has none");
        if (prompt.Ids is { } ids)
        {
            Vocabularies.Check(ids, model.Config.VocabularySize);
            return ids;
        }
        if (!template) return EncodeRaw(model, prompt.Text!);
        var user = new ChatMessage("user", Question(prompt));
        return ChatPrompt.Encode(model, system is null ? [user] : [new ChatMessage("system", system), user]);
    }

    /// <summary>What is asked; a text that goes to the model as it is keeps its line end, a message has none.</summary>
    private static string Question(Prompt prompt)
    {
        string text = prompt.Text!;
        if (!prompt.FromFile || !text.EndsWith('\n')) return text;
        text = text[..^(text.EndsWith("\r\n", StringComparison.Ordinal) ? 2 : 1)];
        return text.Length > 0 ? text : throw new UsageException("the prompt is empty");
    }

    /// <summary>A text as it is, with the special tokens that the model puts around texts.</summary>
    public static int[] EncodeRaw(Model model, string text)
    {
        var ids = model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: true);
        return ids.Count > 0 ? [.. ids] : throw new UsageException("the prompt is empty");
    }
}
