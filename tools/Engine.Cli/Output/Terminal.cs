using System.Text;

namespace Engine.Cli.Output;

/// <summary>
/// The three standard streams in UTF-8 (without a byte order mark) and whether a person sits at each of them. Output is buffered: flush
/// what should be seen.
/// </summary>
internal sealed class Terminal
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private readonly Lazy<TextReader> _input;

    public Terminal()
    {
        if (OperatingSystem.IsWindows())
        {
            if (!Console.IsOutputRedirected) Console.OutputEncoding = Utf8;
            if (!Console.IsInputRedirected) Console.InputEncoding = Utf8;
        }
        Output = new StreamWriter(StandardOutput.Open(), Utf8) { NewLine = "\n" };
        Error = new StreamWriter(Console.OpenStandardError(), Utf8, bufferSize: 256) { AutoFlush = true, NewLine = "\n" };
        _input = new Lazy<TextReader>(() => InputIsTerminal ? Console.In : OpenInput());
    }

    /// <summary>Standard output: results and nothing else.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error: failures, summaries, progress.</summary>
    public TextWriter Error { get; }

    /// <summary>Standard input.</summary>
    public TextReader Input => _input.Value;

    /// <summary>False where output goes to a file or pipe.</summary>
    public bool OutputIsTerminal { get; } = !Console.IsOutputRedirected;

    /// <summary>False where standard error goes to a file or pipe.</summary>
    public bool ErrorIsTerminal { get; } = !Console.IsErrorRedirected;

    /// <summary>False where input comes from a file or pipe.</summary>
    public bool InputIsTerminal { get; } = !Console.IsInputRedirected;

    private static TextReader OpenInput() =>
        StandardInput.IsMissing ? TextReader.Null : new StreamReader(Console.OpenStandardInput(), Utf8);
}
