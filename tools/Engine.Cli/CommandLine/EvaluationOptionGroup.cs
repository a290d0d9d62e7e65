using System.CommandLine;
using Engine.Evaluation;
using Engine.Tokenization;

namespace Engine.Cli.CommandLine;

/// <summary>The options that say on which text a model is measured: -f, -c, --chunks.</summary>
internal sealed class EvaluationOptionGroup
{
    private readonly Option<string> _file = new("-f", "--file") { Description = "The text, UTF-8", HelpName = "FILE", Required = true };
    private readonly Option<int> _window =
        OptionFactory.Integer("-c", ["--ctx-size"], "Tokens of a window", TokenWindows.MinimumLength, Array.MaxLength, 512);
    private readonly Option<int> _chunks = OptionFactory.Integer("--chunks", [], "Use only the first N windows", 1, int.MaxValue);

    /// <summary>Adds the group's options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_window);
        command.Add(_chunks);
    }

    /// <summary>The text: read before a model is loaded, so that a wrong name is found out at once.</summary>
    public string ReadText(ParseResult parsed) => TextFiles.Read(parsed.GetRequiredValue(_file));

    /// <summary>The text in windows.</summary>
    /// <exception cref="CommandException">It is shorter than one window.</exception>
    public TokenWindows Cut(ParseResult parsed, string text, Tokenizer tokenizer)
    {
        try
        {
            return TokenWindows.Of(text, tokenizer, parsed.GetValue(_window), parsed.Optional(_chunks));
        }
        catch (ArgumentException e)
        {
            throw new CommandException($"{parsed.GetValue(_file)}: {Failure.Reason(e)}", e);
        }
    }
}
