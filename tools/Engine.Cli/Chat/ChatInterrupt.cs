using Engine.Cli.CommandLine;

namespace Engine.Cli.Chat;

/// <summary>
/// Ctrl-C in a chat: during an answer it stops the answer; at the prompt the first one tells how to leave and the second leaves.
/// </summary>
internal sealed class ChatInterrupt
{
    private readonly Surroundings _surroundings;
    private readonly Lock _lock = new();
    private CancellationTokenSource? _answer;
    private bool _warned;

    public ChatInterrupt(Surroundings surroundings)
    {
        _surroundings = surroundings;
        surroundings.Interrupts.Handle(Handle);
    }

    /// <summary>Runs <paramref name="answer"/> with a token that Ctrl-C cancels.</summary>
    public void While(CancellationToken cancellation, Action<CancellationToken> answer)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        lock (_lock) _answer = stop;
        try
        {
            answer(stop.Token);
        }
        finally
        {
            lock (_lock) _answer = null;
        }
    }

    /// <summary>Something was typed: the warning counts no more.</summary>
    public void Forget()
    {
        lock (_lock) _warned = false;
    }

    private bool Handle()
    {
        lock (_lock)
        {
            if (_answer is { } answer)
            {
                _answer = null;
                answer.Cancel();
                return true;
            }
            if (_warned) Environment.Exit(ExitCode.Interrupted);
            _warned = true;
        }
        _surroundings.Terminal.Error.WriteLine("(Ctrl-C again or /exit leaves)");
        return true;
    }
}
