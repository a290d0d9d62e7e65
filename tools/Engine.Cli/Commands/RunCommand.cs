using System.CommandLine;
using System.Diagnostics;
using System.Text;
using Engine.Cli.CommandLine;
using Engine.Cli.Generation;
using Engine.Cli.Output;
using Engine.Generation;

namespace Engine.Cli.Commands;

/// <summary><c>engine run</c>: one prompt in, the answer out as it comes.</summary>
internal sealed class RunCommand : EngineCommand
{
    private readonly LoadOptionGroup _load = new();
    private readonly PromptOptionGroup _prompt = new();
    private readonly GenerationOptionGroup _generation = new();
    private readonly Option<string?> _system = OptionFactory.Text("--system", ["-sys"], "TEXT", "System prompt");
    private readonly Option<bool> _raw = OptionFactory.Flag("--raw", "Use no chat template: the model goes on with the prompt");
    private readonly Option<bool> _json = OptionFactory.Flag("--json",
        "Print {\"ids\":[...],\"text\":\"...\",\"finish\":\"...\"} at the end");
    private readonly Option<bool> _verbose = OptionFactory.Flag("--verbose", "Tell times, speed and memory on stderr", "-v");

    public RunCommand(Surroundings surroundings)
        : base(surroundings, "run", "Answer a prompt: text to stdout as it comes, and nothing else.",
            "engine run -p \"Why is the sky blue?\"",
            "engine run model.gguf --prompt-file question.txt -n 256 --temp 0",
            "cat notes.txt | engine run model.gguf --system \"Summarise this.\"")
    {
        _load.AddTo(this);
        _prompt.AddTo(this);
        Option[] options = [_system, _raw, _json, _verbose];
        foreach (var option in options) Add(option);
        _generation.AddTo(this);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        string path = _load.Path(parsed);
        var options = _generation.Read(parsed);
        var prompt = _prompt.Read(parsed, Terminal);
        long start = Stopwatch.GetTimestamp();
        using var model = Model.Load(path, _load.Options(parsed));
        options = _generation.For(model, options, parsed);
        Vocabularies.Check(options.Sampling.LogitBias.Keys, model.Config.VocabularySize);
        var clock = new RunClock(LoadText.Of(Stopwatch.GetElapsedTime(start), model));
        int[] ids = PromptEncoder.Encode(model, prompt, parsed.GetValue(_system), parsed.GetValue(_raw));
        using var session = _load.OpenSession(parsed, model);
        var run = new Generator(session).Start(ids, options);
        clock.Start(ids.Length);
        if (parsed.GetValue(_json)) WriteJson(run, clock, cancellation);
        else WriteText(run, clock, cancellation);
        if (Terminal.ErrorIsTerminal && _generation.Explain(parsed, run.Finish) is { } note) Terminal.Error.WriteLine($"({note})");
        if (parsed.GetValue(_verbose)) clock.Write(Terminal.Error, run.ReusedTokens, session);
        return Task.FromResult(run.Finish == FinishReason.Cancelled ? ExitCode.Interrupted : ExitCode.Success);
    }

    private void WriteText(GenerationRun run, RunClock clock, CancellationToken cancellation)
    {
        while (run.Step(cancellation))
        {
            if (run.Id >= 0) clock.Token();
            if (run.Text.IsEmpty) continue;
            Terminal.Output.Write(run.Text);
            Terminal.Output.Flush();
        }
        if (Terminal.OutputIsTerminal) Terminal.Output.WriteLine();
    }

    private void WriteJson(GenerationRun run, RunClock clock, CancellationToken cancellation)
    {
        var ids = new List<int>();
        var text = new StringBuilder();
        while (run.Step(cancellation))
        {
            text.Append(run.Text);
            if (run.Id < 0) continue;
            clock.Token();
            ids.Add(run.Id);
        }
        Json.WriteLine(Terminal.Output, json =>
        {
            json.WriteStartObject();
            json.WriteIds("ids", ids);
            json.WriteString("text", text.ToString());
            json.WriteString("finish", FinishNames.Of(run.Finish));
            json.WriteEndObject();
        });
    }
}
