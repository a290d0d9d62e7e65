using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Engine.Cli.CommandLine;

/// <summary>The usual help, followed by example command lines.</summary>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyList<string> rootExamples) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        foreach (string example in parseResult.CommandResult.Command is EngineCommand command ? command.Examples : rootExamples)
            output.WriteLine("  " + example);
        return code;
    }
}
