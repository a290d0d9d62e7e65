using System.Text.Json;

namespace Engine.Cli.CommandLine;

/// <summary>What is wrong with a JSON text, in a few words.</summary>
internal static class JsonErrors
{
    private const string Position = " LineNumber:";

    /// <summary>The exception's message without the position, which counts from 0 and only within the value.</summary>
    public static string Reason(Exception exception)
    {
        int position = exception is JsonException ? exception.Message.IndexOf(Position, StringComparison.Ordinal) : -1;
        return position < 0 ? exception.Message : exception.Message[..position];
    }
}
