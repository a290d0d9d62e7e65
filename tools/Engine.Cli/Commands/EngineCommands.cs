using Engine.Cli.CommandLine;

namespace Engine.Cli.Commands;

/// <summary>The one list of subcommands.</summary>
internal static class EngineCommands
{
    /// <summary>A fresh instance of every subcommand, in the order of the help.</summary>
    public static IEnumerable<EngineCommand> All(Surroundings surroundings) =>
    [
        new RunCommand(surroundings),
        new ChatCommand(surroundings),
        new InspectCommand(surroundings),
        new InfoCommand(surroundings),
        new TokenizeCommand(surroundings),
        new DetokenizeCommand(surroundings),
        new TemplateCommand(surroundings),
        new LogitsCommand(surroundings),
        new QuantizeCommand(surroundings),
        new BenchCommand(surroundings),
        new ImatrixCommand(surroundings),
        new QuantErrorCommand(surroundings),
        new PerplexityCommand(surroundings),
        new KldCommand(surroundings),
        new CompareCommand(surroundings),
        new PlanCommand(surroundings),
    ];
}
