using System.Text.Json;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Formats;
using Engine.Templates;

namespace Engine.Cli.Chat;

/// <summary>
/// A conversation on disk: <c>{"messages":[{"role":"user","content":"..."}, ...]}</c>, the form that chat programs and APIs share.
/// </summary>
internal static class ConversationFile
{
    private const string UnixDevices = "/dev/";
    private const string Expected = "{\"messages\":[{\"role\":\"...\",\"content\":\"...\"}, ...]}";

    /// <summary>Writes the messages to <paramref name="path"/>: completely, or not at all and whatever was there stays.</summary>
    /// <exception cref="CommandException">It cannot be written; says why.</exception>
    public static void Save(string path, IEnumerable<ChatMessage> messages)
    {
        try
        {
            Replace(path, stream => Write(stream, messages));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CommandException($"{path}: cannot be saved: {e.Message}", e);
        }
    }

    /// <summary>Reads the messages of a saved conversation.</summary>
    /// <exception cref="CommandException">It is missing or no conversation; says why.</exception>
    public static List<ChatMessage> Load(string path)
    {
        string text = TextFiles.Read(path);
        try
        {
            using var document = JsonDocument.Parse(text);
            return [.. document.RootElement.GetProperty("messages").EnumerateArray().Select(ReadMessage)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new CommandException($"{path}: is no saved conversation, expected {Expected} ({JsonErrors.Reason(e)})", e);
        }
    }

    /// <summary>A link keeps its place and its target is replaced; a device cannot be replaced by a file and is written to.</summary>
    private static void Replace(string path, Action<Stream> write)
    {
        string target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
        target = Path.GetFullPath(target);
        if (!OperatingSystem.IsWindows() && target.StartsWith(UnixDevices, StringComparison.Ordinal))
        {
            using var device = new FileStream(target, FileMode.Open, FileAccess.Write);
            write(device);
        }
        else
        {
            AtomicFile.Write(target, write);
        }
    }

    private static ChatMessage ReadMessage(JsonElement message) =>
        new(message.GetProperty("role").GetString() ?? throw new JsonException("a role is null"),
            message.GetProperty("content").GetString() ?? throw new JsonException("a content is null"));

    private static void Write(Stream stream, IEnumerable<ChatMessage> messages)
    {
        using var json = new Utf8JsonWriter(stream, Json.Indented);
        json.WriteStartObject();
        json.WriteStartArray("messages");
        foreach (var message in messages)
        {
            json.WriteStartObject();
            json.WriteString("role", message.Role);
            json.WriteString("content", message.Content);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
