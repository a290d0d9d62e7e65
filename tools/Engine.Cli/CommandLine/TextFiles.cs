using System.Text;

namespace Engine.Cli.CommandLine;

/// <summary>Reads texts that a person names on the command line.</summary>
internal static class TextFiles
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The whole file as UTF-8 text, without a byte order mark.</summary>
    /// <exception cref="CommandException">It is missing, a folder, or not UTF-8.</exception>
    public static string Read(string path)
    {
        ModelFiles.Check(path, "a text file");
        try
        {
            string text = File.ReadAllText(path, Strict);
            return text.StartsWith('\ufeff') ? text[1..] : text;
        }
        catch (DecoderFallbackException e)
        {
            throw new CommandException($"{path}: is not UTF-8 text (byte {e.Index} cannot be read)", e);
        }
    }
}
