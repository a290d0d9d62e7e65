namespace Engine.Cli.Tests;

/// <summary>The model that comes with the tool, as the tests find it beside the built command.</summary>
internal static class DefaultModel
{
    private const int Parts = 3;

    /// <summary>Its first part.</summary>
    public static string Path => Part(1);

    /// <summary>Part 1, 2 or 3.</summary>
    public static string Part(int number) => System.IO.Path.Combine(AppContext.BaseDirectory, "model", PartName(number));

    /// <summary>File name of part 1, 2 or 3.</summary>
    public static string PartName(int number) => $"smollm2-135m-instruct-q4_1-{number:D5}-of-{Parts:D5}.gguf";
}
