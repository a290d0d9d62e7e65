using System.CommandLine;
using Engine.Cli.Output;

namespace Engine.Cli.CommandLine;

/// <summary>What a model is asked: a text or token ids, one of the two.</summary>
/// <param name="Text">The text, null where ids are given.</param>
/// <param name="Ids">Token ids, null where a text is given.</param>
/// <param name="FromFile">The text is a whole file, or standard input: its last line end is the file's and not the question's.</param>
internal sealed record Prompt(string? Text, int[]? Ids, bool FromFile = false);

/// <summary>The options that give the prompt: -p, --prompt-file, --ids, or standard input.</summary>
internal sealed class PromptOptionGroup
{
    private const string NoPrompt =
        "no prompt: give -p TEXT, --prompt-file FILE or --ids 1,2,3, pipe a text into it, or use 'engine chat'";

    private readonly Option<string?> _text = OptionFactory.Text("-p", ["--prompt"], "TEXT", "The prompt");
    private readonly Option<string?> _file = OptionFactory.Text("--prompt-file", ["-f", "--file"], "FILE", "Read the prompt from a file");
    private readonly Option<int[]?> _ids = OptionFactory.Integers("--ids", "Token ids as the prompt, without template", minimum: 0);

    /// <summary>Adds the group's options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        command.Add(_text);
        command.Add(_file);
        command.Add(_ids);
    }

    /// <summary>The prompt that is meant; standard input where none is given and nobody types there.</summary>
    /// <exception cref="UsageException">There is none, more than one, or an empty one.</exception>
    public Prompt Read(ParseResult parsed, Terminal terminal)
    {
        int given = (parsed.Has(_text) ? 1 : 0) + (parsed.Has(_file) ? 1 : 0) + (parsed.Has(_ids) ? 1 : 0);
        if (given > 1) throw new UsageException("-p, --prompt-file and --ids exclude each other");
        if (parsed.Has(_ids)) return new Prompt(null, parsed.GetValue(_ids));
        string text;
        if (parsed.GetValue(_text) is { } direct) text = direct;
        else if (parsed.GetValue(_file) is { } path) text = TextFiles.Read(path);
        else if (!terminal.InputIsTerminal) text = terminal.Input.ReadToEnd();
        else throw new UsageException(NoPrompt);
        return text.Length > 0 ? new Prompt(text, null, FromFile: !parsed.Has(_text)) : throw new UsageException("the prompt is empty");
    }
}
