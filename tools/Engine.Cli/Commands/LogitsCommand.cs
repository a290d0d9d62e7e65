using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Generation;
using Engine.Cli.Output;

namespace Engine.Cli.Commands;

/// <summary><c>engine logits</c>: what a model predicts after a prompt, as numbers.</summary>
internal sealed class LogitsCommand : EngineCommand
{
    private readonly LoadOptionGroup _load = new();
    private readonly PromptOptionGroup _prompt = new();
    private readonly Option<string?> _system = OptionFactory.Text("--system", ["-sys"], "TEXT", "System prompt");
    private readonly Option<bool> _raw = OptionFactory.Flag("--raw", "Use no chat template");
    private readonly Option<bool> _all = OptionFactory.Flag("--all-positions", "One row of logits for each token, not only the last");
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print {\"ids\":[...],\"logits\":[...]}, with every digit");

    public LogitsCommand(Surroundings surroundings)
        : base(surroundings, "logits", "Print the logits of the next token after a prompt.",
            "engine logits model.gguf -p \"The capital of France is\" --raw",
            "engine logits model.gguf --ids 1,2,3 --all-positions --exact --json")
    {
        _load.AddTo(this);
        _prompt.AddTo(this);
        Option[] options = [_system, _raw, _all, _json];
        foreach (var option in options) Add(option);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var prompt = _prompt.Read(parsed, Terminal);
        using var model = _load.Load(parsed);
        int[] ids = PromptEncoder.Encode(model, prompt, parsed.GetValue(_system), parsed.GetValue(_raw));
        int context = _load.Context(parsed) ?? ids.Length;
        if (ids.Length > context)
            throw new CommandException($"the prompt has {ids.Length} tokens, the context holds {context}: raise -c or shorten the prompt");
        using var session = model.CreateSession(new SessionOptions { ContextLength = context });
        bool all = parsed.GetValue(_all);
        if (parsed.GetValue(_json)) WriteJson(session, ids, all, cancellation);
        else new LogitTable(model, Terminal).Write(session, ids, all, cancellation);
        return Task.FromResult(ExitCode.Success);
    }

    private void WriteJson(Session session, int[] ids, bool all, CancellationToken cancellation) => Json.WriteLine(Terminal.Output, json =>
    {
        json.WriteStartObject();
        json.WriteIds("ids", ids);
        json.WritePropertyName("logits");
        if (all)
        {
            json.WriteStartArray();
            session.EvaluateAll(ids, (_, logits) => json.WriteFloats(logits), cancellation);
            json.WriteEndArray();
        }
        else
        {
            json.WriteFloats(session.Evaluate(ids, cancellation));
        }
        json.WriteEndObject();
    });
}
