using System.Text.Json;

namespace Engine.Cli.CommandLine;

/// <summary>JSON values on lines of standard input.</summary>
internal static class JsonLines
{
    /// <summary>The lines that are not empty.</summary>
    public static IEnumerable<string> Read(TextReader input)
    {
        while (input.ReadLine() is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line)) yield return line;
        }
    }

    /// <summary>The values that <paramref name="convert"/> makes of the lines; what is no JSON of that kind names the line.</summary>
    /// <exception cref="CommandException">A line is not what is expected.</exception>
    public static IEnumerable<T> Read<T>(TextReader input, string expected, Func<JsonElement, T> convert)
    {
        int number = 0;
        while (input.ReadLine() is { } line)
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line)) yield return Convert(line, number, expected, convert);
        }
    }

    private static T Convert<T>(string line, int number, string expected, Func<JsonElement, T> convert)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return convert(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new CommandException($"stdin line {number}: expected {expected} ({JsonErrors.Reason(e)})", e);
        }
    }
}
