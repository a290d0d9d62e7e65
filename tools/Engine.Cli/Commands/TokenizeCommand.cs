using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;

namespace Engine.Cli.Commands;

/// <summary><c>engine tokenize</c>: text to token ids.</summary>
internal sealed class TokenizeCommand : EngineCommand
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A GGUF file, whose weights are not read, or a tokenizer.json, or a folder with one" };
    private readonly Argument<string?> _text = new("TEXT")
    {
        Description = "The text; without it and --jsonl, all of stdin is the text",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _jsonLines = OptionFactory.Flag("--jsonl",
        "Each line of stdin is a JSON string, each line of stdout the JSON array of its ids");
    private readonly Option<bool> _addSpecial = OptionFactory.Flag("--add-special", "Add begin and end of text as the model wants them");
    private readonly Option<bool> _parseSpecial = OptionFactory.Flag("--parse-special",
        "Special tokens written in the text become tokens, otherwise they are text");

    public TokenizeCommand(Surroundings surroundings)
        : base(surroundings, "tokenize", "Turn text into token ids.",
            "engine tokenize model.gguf \"Hello, world\"",
            "echo '\"Hello\"' | engine tokenize model.gguf --jsonl --add-special")
    {
        Add(_model);
        Add(_text);
        Add(_jsonLines);
        Add(_addSpecial);
        Add(_parseSpecial);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string? text = parsed.GetValue(_text);
        bool jsonLines = parsed.GetValue(_jsonLines);
        if (jsonLines && text is not null) throw new UsageException("TEXT and --jsonl exclude each other");
        if (!jsonLines && text is null && Terminal.InputIsTerminal)
            throw new UsageException("no text: give TEXT, or --jsonl, or a text on stdin");
        var tokenizer = Vocabularies.Open(parsed.GetRequiredValue(_model));
        bool addSpecial = parsed.GetValue(_addSpecial), parseSpecial = parsed.GetValue(_parseSpecial);
        var texts = jsonLines
            ? JsonLines.Read(Terminal.Input, "a JSON string", element => element.GetString() ?? throw new FormatException("it is null"))
            : [text ?? Terminal.Input.ReadToEnd()];
        foreach (string one in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            Json.WriteLine(Terminal.Output, json => json.WriteIds(tokenizer.Encode(one, addSpecial, parseSpecial)));
        }
        return Task.FromResult(ExitCode.Success);
    }
}
