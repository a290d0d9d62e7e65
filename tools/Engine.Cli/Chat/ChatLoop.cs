using System.Text;
using Engine.Cli.CommandLine;
using Engine.Cli.Generation;
using Engine.Cli.Output;
using Engine.Generation;

namespace Engine.Cli.Chat;

/// <summary>
/// Reads lines, answers them and obeys those that begin with a slash, until the input ends. The whole conversation is rendered for each
/// turn; what the cache has in common with it is not computed again.
/// </summary>
internal sealed class ChatLoop(Session session, GenerationOptions options, Conversation conversation, Surroundings surroundings)
{
    private const string Help =
        "/clear          forget the conversation\n" +
        "/system [TEXT]  show the system prompt, or replace it\n" +
        "/save FILE      write the conversation to a file\n" +
        "/load FILE      go on with a saved conversation\n" +
        "/exit           leave (or Ctrl-D)\n" +
        "Ctrl-C stops an answer. A line that ends with \\ goes on in the next one.";

    private readonly Terminal _terminal = surroundings.Terminal;
    private readonly Generator _generator = new Generator(session);
    private readonly ChatInterrupt _interrupt = new(surroundings);
    private int _code = ExitCode.Success;

    /// <summary>Runs until /exit or the end of the input; 1 where a command of a script failed.</summary>
    public int Run(CancellationToken cancellation)
    {
        bool person = _terminal.InputIsTerminal && _terminal.OutputIsTerminal;
        var config = session.Model.Config;
        if (person) _terminal.Output.WriteLine($"{config.Name ?? config.Architecture}. /help lists the commands.");
        while (ReadMessage(person) is { } message)
        {
            cancellation.ThrowIfCancellationRequested();
            if (message is "/exit" or "/quit") break;
            if (string.IsNullOrWhiteSpace(message)) continue;
            try
            {
                if (message.StartsWith('/')) Obey(message);
                else Answer(message, cancellation);
            }
            catch (Exception e) when (e is CommandException or UsageException or PromptException or Templates.TemplateException)
            {
                Failure.Report(e, _terminal);
                if (!person) _code = ExitCode.Failure;
            }
            _terminal.Output.Flush();
        }
        return _code;
    }

    private string? ReadMessage(bool person)
    {
        var message = new StringBuilder();
        for (string prompt = "> "; ; prompt = ". ")
        {
            if (person)
            {
                _terminal.Output.Write(prompt);
                _terminal.Output.Flush();
            }
            if (_terminal.Input.ReadLine() is not { } line) return message.Length > 0 ? message.ToString() : null;
            _interrupt.Forget();
            if (!line.EndsWith('\\')) return message.Append(line).ToString();
            message.Append(line, 0, line.Length - 1).Append('\n');
        }
    }

    private void Obey(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        string name = space < 0 ? line : line[..space];
        string rest = space < 0 ? "" : line[(space + 1)..].Trim();
        switch (name)
        {
            case "/help":
                _terminal.Output.WriteLine(Help);
                break;
            case "/clear":
                conversation.Clear();
                break;
            case "/system" when rest.Length == 0:
                _terminal.Output.WriteLine(conversation.System ?? "(none: the template's own, if it has one)");
                break;
            case "/system":
                conversation.System = rest;
                break;
            case "/save":
                conversation.Save(RequirePath(name, rest));
                break;
            case "/load":
                conversation.Load(RequirePath(name, rest));
                break;
            default:
                throw new UsageException($"{name} is no command, /help lists them");
        }
    }

    private static string RequirePath(string command, string path) =>
        path.Length > 0 ? path : throw new UsageException($"{command} needs the path of a file");

    private void Answer(string question, CancellationToken cancellation)
    {
        conversation.Ask(question);
        var answer = new StringBuilder();
        FinishReason? finish = null;
        try
        {
            var run = _generator.Start(ChatPrompt.Encode(session.Model, conversation.Messages), options);
            _interrupt.While(cancellation, stop => Stream(run, answer, stop));
            finish = run.Finish;
        }
        finally
        {
            if (answer.Length > 0) conversation.Answer(answer.ToString());
            else conversation.TakeBack();
        }
        _terminal.Output.WriteLine();
        cancellation.ThrowIfCancellationRequested();
        if (finish == FinishReason.ContextFull)
            throw new CommandException($"the context of {session.ContextLength} tokens is full: /clear, or start with a larger -c");
    }

    private void Stream(GenerationRun run, StringBuilder answer, CancellationToken stop)
    {
        while (run.Step(stop))
        {
            if (run.Text.IsEmpty) continue;
            answer.Append(run.Text);
            _terminal.Output.Write(run.Text);
            _terminal.Output.Flush();
        }
    }
}
