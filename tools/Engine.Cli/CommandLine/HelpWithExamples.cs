using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Engine.Cli.CommandLine;

/// <summary>The usual help, followed by example command lines.</summary>
/// <param name="help">What writes the usual help.</param>
/// <param name="rootExamples">The examples of <c>engine --help</c>.</param>
/// <param name="asked">True for --help, which wins over mistakes elsewhere on the line; false where nothing was asked.</param>
internal sealed class HelpWithExamples(HelpAction help, IReadOnlyList<string> rootExamples, bool asked) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => asked;

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
