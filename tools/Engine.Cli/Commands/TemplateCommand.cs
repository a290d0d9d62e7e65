using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Engine.Cli.CommandLine;
using Engine.Cli.Output;
using Engine.Templates;

namespace Engine.Cli.Commands;

/// <summary><c>engine template</c>: shows a chat template, or renders it with variables from standard input.</summary>
internal sealed class TemplateCommand : EngineCommand
{
    private const string TemplateKey = "tokenizer.chat_template";

    private readonly Argument<string> _source = new("MODEL|FILE.jinja") { Description = "A GGUF file or a folder with a chat template, or a template" };
    private readonly Option<bool> _jsonLines = OptionFactory.Flag("--jsonl",
        "Each line of stdin is an object of variables (messages, tools, add_generation_prompt, ...), each line of stdout "
        + "{\"output\":\"...\"} or {\"error\":\"...\"}");
    private readonly Option<DateTime?> _now = new("--now")
    {
        Description = "The time that strftime_now sees (default: now)",
        HelpName = "2026-01-15T12:00:00",
        CustomParser = ParseTime,
    };

    public TemplateCommand(Surroundings surroundings)
        : base(surroundings, "template", "Show a model's chat template, or render it with --jsonl.",
            "engine template model.gguf",
            "echo '{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}' | engine template model.gguf --jsonl")
    {
        Add(_source);
        Add(_jsonLines);
        Add(_now);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string path = parsed.GetRequiredValue(_source);
        string source = ReadSource(path);
        if (!parsed.GetValue(_jsonLines))
        {
            Terminal.Output.Write(source.EndsWith('\n') ? source : source + "\n");
            return Task.FromResult(ExitCode.Success);
        }
        var template = ChatTemplate.Parse(source, path);
        var options = new TemplateOptions { Now = parsed.GetValue(_now), Cancellation = cancellation };
        foreach (string line in JsonLines.Read(Terminal.Input))
        {
            cancellation.ThrowIfCancellationRequested();
            WriteLine(template, line, options);
        }
        return Task.FromResult(ExitCode.Success);
    }

    private static string ReadSource(string path)
    {
        if (path.EndsWith(".jinja", StringComparison.OrdinalIgnoreCase)) return TextFiles.Read(path);
        using var file = ModelSources.Open(ModelFiles.Resolve(path));
        return file.Metadata.GetString(TemplateKey, null)
            ?? throw new CommandException($"{path}: has no chat template (in a GGUF file the metadata key {TemplateKey})");
    }

    private void WriteLine(ChatTemplate template, string line, TemplateOptions options)
    {
        string name = "output", value;
        try
        {
            using var variables = JsonDocument.Parse(line);
            value = variables.RootElement.ValueKind == JsonValueKind.Object
                ? template.Render(variables.RootElement, options)
                : throw new JsonException($"expected an object of variables, found {variables.RootElement.ValueKind}");
        }
        catch (TemplateException e)
        {
            (name, value) = ("error", e.RaisedByTemplate ? e.Reason : $"line {e.Line}: {e.Reason}");
        }
        catch (JsonException e)
        {
            (name, value) = ("error", "invalid JSON: " + JsonErrors.Reason(e));
        }
        Json.WriteLine(Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteString(name, value);
            json.WriteEndObject();
        });
    }

    private static DateTime? ParseTime(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)) return time;
        result.AddError($"--now: '{text}' is not a time such as 2026-01-15T12:00:00");
        return null;
    }
}
