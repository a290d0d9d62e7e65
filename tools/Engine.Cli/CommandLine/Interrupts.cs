using System.Runtime.InteropServices;

namespace Engine.Cli.CommandLine;

/// <summary>
/// Ctrl-C and SIGTERM. The first asks the running command to stop, the second ends the process at once; so does the first if the
/// command takes no notice within two seconds (it may be reading a large file).
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private Func<bool>? _handler;

    public Interrupts() => _registrations =
        [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];

    /// <summary>What the process returns when a signal ended it: 128 + the signal's number, as shells report it.</summary>
    public int Code { get; private set; } = ExitCode.Interrupted;

    /// <summary>Cancelled by the first signal that no handler takes.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>
    /// Lets a command take Ctrl-C itself: <paramref name="handler"/> runs on another thread and returns whether that settles the matter.
    /// </summary>
    public void Handle(Func<bool>? handler) => _handler = handler;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (context.Signal == PosixSignal.SIGINT && _handler?.Invoke() == true) return;
        if (context.Signal == PosixSignal.SIGTERM) Code = ExitCode.Terminated;
        if (_stop.IsCancellationRequested) Environment.Exit(Code);
        _stop.Cancel();
        _ = Task.Delay(Patience).ContinueWith(_ => Environment.Exit(Code), TaskScheduler.Default);
    }
}
