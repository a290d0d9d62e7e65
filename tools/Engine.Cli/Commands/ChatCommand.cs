using System.CommandLine;
using Engine.Cli.Chat;
using Engine.Cli.CommandLine;

namespace Engine.Cli.Commands;

/// <summary><c>engine chat</c>: a conversation in the terminal.</summary>
internal sealed class ChatCommand : EngineCommand
{
    private readonly LoadOptionGroup _load = new();
    private readonly GenerationOptionGroup _generation = new();
    private readonly Option<string?> _system = OptionFactory.Text("--system", ["-sys"], "TEXT", "System prompt");

    public ChatCommand(Surroundings surroundings)
        : base(surroundings, "chat", "Talk with a model. /help inside lists the commands: /clear /system /save /load /exit.",
            "engine chat", "engine chat model.gguf --system \"You answer in one sentence.\" --temp 0.3")
    {
        _load.AddTo(this);
        Add(_system);
        _generation.AddTo(this);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = _generation.Read(parsed);
        using var model = _load.Load(parsed);
        options = _generation.For(model, options, parsed);
        Vocabularies.Check(options.Sampling.LogitBias.Keys, model.Config.VocabularySize);
        using var session = _load.OpenSession(parsed, model);
        if (model.ChatTemplate is null)
            throw new CommandException($"{model.Path}: has no chat template, use 'engine run --raw'");
        var conversation = new Conversation { System = parsed.GetValue(_system) };
        var loop = new ChatLoop(session, options, conversation, new Surroundings(Terminal, Interrupts));
        return Task.FromResult(loop.Run(cancellation));
    }
}
