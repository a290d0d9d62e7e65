using System.CommandLine;
using Engine.Evaluation;
using Engine.Tokenization;

namespace Engine.Cli.CommandLine;

/// <summary>The options that say on which text a model is measured, and how: -f, -c, --chunks, --convention.</summary>
internal sealed class EvaluationOptionGroup
{
    private const int LlamaCppWindow = 512;
    private const int PapersWindow = 2048;
    private const string LlamaCppName = "llama.cpp";
    private const string PapersName = "papers";

    private readonly Option<string> _file;
    private readonly Option<int> _window = OptionFactory.Integer(
        "-c", ["--ctx-size"], $"Tokens of a window (default: {LlamaCppWindow}, of papers {PapersWindow})", TokenWindows.MinimumLength,
        Array.MaxLength);
    private readonly Option<int> _chunks = OptionFactory.Integer("--chunks", [], "Use only the first N windows", 1, int.MaxValue);
    private readonly Option<string> _convention = new("--convention")
    {
        Description = $"{LlamaCppName}: the second half of each window is scored; {PapersName}: all of it",
        HelpName = "NAME",
        DefaultValueFactory = _ => LlamaCppName,
    };

    /// <summary>Makes the group.</summary>
    /// <param name="required">Whether there is nothing to do without a text.</param>
    public EvaluationOptionGroup(bool required = true)
    {
        _file = new("-f", "--file") { Description = "The text, UTF-8", HelpName = "FILE", Required = required };
        _convention.AcceptOnlyFromAmong(LlamaCppName, PapersName);
    }

    /// <summary>Adds the group's options to <paramref name="command"/>; one that scores nothing has no convention.</summary>
    public void AddTo(Command command, bool convention = true)
    {
        command.Add(_file);
        command.Add(_window);
        command.Add(_chunks);
        if (convention) command.Add(_convention);
    }

    /// <summary>Path of the text, null where none is given.</summary>
    public string? TextPath(ParseResult parsed) => parsed.GetValue(_file);

    /// <summary>Tokens of a window.</summary>
    public int Window(ParseResult parsed) =>
        parsed.Optional(_window) ?? (Convention(parsed) == WindowConvention.Papers ? PapersWindow : LlamaCppWindow);

    /// <summary>The most windows, null for all.</summary>
    public int? Chunks(ParseResult parsed) => parsed.Optional(_chunks);

    /// <summary>Which positions are scored.</summary>
    public WindowConvention Convention(ParseResult parsed) =>
        parsed.GetResult(_convention) is not null && parsed.GetValue(_convention) == PapersName
            ? WindowConvention.Papers
            : WindowConvention.LlamaCpp;

    /// <summary>The text: read before a model is loaded, so that a wrong name is found out at once.</summary>
    public string ReadText(ParseResult parsed) => TextFiles.Read(parsed.GetRequiredValue(_file));

    /// <summary>The text in windows.</summary>
    /// <exception cref="CommandException">It is shorter than one window.</exception>
    public TokenWindows Cut(ParseResult parsed, string text, Tokenizer tokenizer)
    {
        try
        {
            return TokenWindows.Of(text, tokenizer, Window(parsed), Chunks(parsed), Convention(parsed));
        }
        catch (ArgumentException e)
        {
            throw new CommandException($"{parsed.GetValue(_file)}: {Failure.Reason(e)}", e);
        }
    }

    /// <summary>What a number means that was measured on these windows: "llama.cpp's convention: 69 windows of 512 ...".</summary>
    public static string Describe(TokenWindows windows) => windows.Convention == WindowConvention.Papers
        ? $"the papers' convention: {windows.Count} windows of {windows.Length} tokens, all scored"
        : $"llama.cpp's convention: {windows.Count} windows of {windows.Length} tokens, the second half scored";

    /// <summary>The convention's name as the option has it.</summary>
    public static string NameOf(WindowConvention convention) => convention == WindowConvention.Papers ? PapersName : LlamaCppName;
}
