using System.CommandLine;
using Engine.Cli.Output;
using Engine.Kernels;

namespace Engine.Cli.CommandLine;

/// <summary>What a command works with besides its options.</summary>
/// <param name="Terminal">The standard streams.</param>
/// <param name="Interrupts">Ctrl-C.</param>
internal sealed record Surroundings(Terminal Terminal, Interrupts Interrupts);

/// <summary>A subcommand of <c>engine</c>: its options, an example for its help, and what it does.</summary>
internal abstract class EngineCommand : Command
{
    protected EngineCommand(Surroundings surroundings, string name, string description, params string[] examples)
        : base(name, description)
    {
        Terminal = surroundings.Terminal;
        Interrupts = surroundings.Interrupts;
        Examples = examples;
        SetAction((parsed, _) =>
        {
            CheckInstructionSet();
            return ExecuteAsync(parsed, Interrupts.Token);
        });
    }

    /// <summary>Command lines that its help shows.</summary>
    public IReadOnlyList<string> Examples { get; }

    protected Terminal Terminal { get; }

    protected Interrupts Interrupts { get; }

    /// <summary>Does it and returns the exit code. Failures are exceptions (see <see cref="Failure"/>).</summary>
    protected abstract Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation);

    /// <summary>Whoever forces an instruction set wants that one measured or tested, not another in silence.</summary>
    private static void CheckInstructionSet()
    {
        if (Processor.Request is not { Length: > 0 } request) return;
        if (Enum.TryParse(request, ignoreCase: true, out InstructionSet set) && set == Processor.Default) return;
        var supported = Enum.GetValues<InstructionSet>().Where(Processor.Supports);
        string names = string.Join(" or ", supported).ToLowerInvariant();
        throw new UsageException($"{Processor.Variable}: '{request}' is no instruction set of this machine, expected {names}");
    }
}
