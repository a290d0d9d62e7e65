using Engine.Cli.CommandLine;
using Engine.Templates;

namespace Engine.Cli.Chat;

/// <summary>The turns of a chat so far: a system prompt, if there is one, then user and assistant in turn.</summary>
internal sealed class Conversation
{
    private const string SystemRole = "system";
    private const string UserRole = "user";
    private const string AssistantRole = "assistant";
    private readonly List<ChatMessage> _turns = [];

    /// <summary>The system prompt, null where there is none.</summary>
    public string? System { get; set; }

    /// <summary>Number of turns, without the system prompt.</summary>
    public int Turns => _turns.Count;

    /// <summary>All messages, as a template sees them.</summary>
    public IReadOnlyList<ChatMessage> Messages =>
        System is { } text ? [new ChatMessage(SystemRole, text), .. _turns] : [.. _turns];

    /// <summary>Adds what the user says.</summary>
    public void Ask(string text) => _turns.Add(new ChatMessage(UserRole, text));

    /// <summary>Adds what the model says.</summary>
    public void Answer(string text) => _turns.Add(new ChatMessage(AssistantRole, text));

    /// <summary>Takes the last question back: it could not be answered.</summary>
    public void TakeBack() => _turns.RemoveAt(_turns.Count - 1);

    /// <summary>Forgets the turns; the system prompt stays.</summary>
    public void Clear() => _turns.Clear();

    /// <summary>Becomes the conversation in a file.</summary>
    /// <exception cref="CommandException">The file is missing or no conversation; nothing has changed then.</exception>
    public void Load(string path)
    {
        var messages = ConversationFile.Load(path);
        bool hasSystem = messages is [{ Role: SystemRole }, ..];
        System = hasSystem ? messages[0].Content : null;
        _turns.Clear();
        _turns.AddRange(hasSystem ? messages[1..] : messages);
    }

    /// <summary>Writes the conversation to a file.</summary>
    /// <exception cref="CommandException">It cannot be written; a file that was there is untouched.</exception>
    public void Save(string path) => ConversationFile.Save(path, Messages);
}
