using System.CommandLine;
using System.Text.Json;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;

namespace Engine.Cli.Commands;

/// <summary><c>engine detokenize</c>: token ids to text.</summary>
internal sealed class DetokenizeCommand : EngineCommand
{
    private readonly Argument<string> _model = new("MODEL") { Description = "A GGUF file, whose weights are not read, or a tokenizer.json, or a folder with one" };
    private readonly Argument<string?> _ids = new("IDS")
    {
        Description = "Token ids separated by commas; without them and --jsonl they come from stdin",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<bool> _jsonLines = OptionFactory.Flag("--jsonl",
        "Each line of stdin is a JSON array of ids, each line of stdout the JSON string of their text");
    private readonly Option<bool> _special = OptionFactory.Flag("--special",
        "Write special tokens as their text, otherwise they leave none");

    public DetokenizeCommand(Surroundings surroundings)
        : base(surroundings, "detokenize", "Turn token ids into text.",
            "engine detokenize model.gguf 19556,28,905",
            "echo '[19556,28,905]' | engine detokenize model.gguf --jsonl --special")
    {
        Add(_model);
        Add(_ids);
        Add(_jsonLines);
        Add(_special);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string? list = parsed.GetValue(_ids);
        bool jsonLines = parsed.GetValue(_jsonLines), special = parsed.GetValue(_special);
        if (jsonLines && list is not null) throw new UsageException("IDS and --jsonl exclude each other");
        if (!jsonLines && list is null && Terminal.InputIsTerminal)
            throw new UsageException("no ids: give IDS, or --jsonl, or ids on stdin");
        int[]? given = list is null ? null : ParseIds(list);
        var tokenizer = Vocabularies.Open(parsed.GetRequiredValue(_model));
        var sequences = jsonLines
            ? JsonLines.Read(Terminal.Input, "a JSON array of token ids", ReadIds)
            : [given ?? ParseIds(Terminal.Input.ReadToEnd())];
        foreach (int[] ids in sequences)
        {
            cancellation.ThrowIfCancellationRequested();
            Vocabularies.Check(ids, tokenizer.VocabularySize);
            string text = tokenizer.Decode(ids, unparseSpecial: special);
            if (jsonLines) Json.WriteLine(Terminal.Output, json => json.WriteStringValue(text));
            else Terminal.Output.WriteLine(text);
        }
        return Task.FromResult(ExitCode.Success);
    }

    private static int[] ParseIds(string list) =>
        NumberList.Parse(list, minimum: 0, out string? error) ?? throw new UsageException($"IDS: {error}");

    private static int[] ReadIds(JsonElement element) => [.. element.EnumerateArray().Select(id => id.GetInt32())];
}
