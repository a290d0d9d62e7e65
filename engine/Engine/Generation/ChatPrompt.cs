using Engine.Templates;
using Engine.Tokenization;

namespace Engine.Generation;

/// <summary>Turns a conversation into the token ids that a model expects.</summary>
public static class ChatPrompt
{
    /// <summary>
    /// Renders the messages with the model's chat template, up to the opening of the assistant's turn, and encodes the result.
    /// </summary>
    /// <remarks>Special tokens come from the template; begin of text is added where the model wants it and the template has none.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="messages">The turns, oldest first.</param>
    /// <exception cref="InvalidOperationException">The model has no chat template.</exception>
    /// <exception cref="TemplateException">The template refused the conversation or failed.</exception>
    public static int[] Encode(Model model, params IReadOnlyList<ChatMessage> messages)
    {
        ArgumentNullException.ThrowIfNull(model);
        ChatTemplate template = model.ChatTemplate ?? throw new InvalidOperationException($"{model.Path} has no chat template.");
        Tokenizer tokenizer = model.Tokenizer;
        string text = template.Render(
            messages, addGenerationPrompt: true, TextOf(tokenizer, tokenizer.BosId), TextOf(tokenizer, tokenizer.EosId));
        List<int> ids = tokenizer.Encode(text, addSpecial: false, parseSpecial: true);
        if (tokenizer.AddsBos && tokenizer.BosId is { } bos && (ids.Count == 0 || ids[0] != bos)) ids.Insert(0, bos);
        return [.. ids];
    }

    private static string TextOf(Tokenizer tokenizer, int? id) => id is { } token ? tokenizer.GetText(token) : "";
}
