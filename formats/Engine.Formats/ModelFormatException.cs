using System.Text;

namespace Engine.Formats;

/// <summary>
/// A model's file is not what its format demands, or not what the model demands: it names the file, the part of it, what was found
/// there and what was expected. Every malformed input ends in this exception and in no other.
/// </summary>
public sealed class ModelFormatException : Exception
{
    private const int ShownLength = 120;

    /// <summary>Makes the exception; its message is "FILE: ITEM: found FOUND, expected EXPECTED".</summary>
    /// <param name="file">Path or name of the file.</param>
    /// <param name="item">Tensor, metadata key or section of the file that is wrong; null where it is the file as a whole.</param>
    /// <param name="found">What stands there.</param>
    /// <param name="expected">What should stand there.</param>
    /// <param name="inner">The exception behind it, if any.</param>
    public ModelFormatException(string file, string? item, string found, string expected, Exception? inner = null)
        : base($"{file}: {(item is null ? "" : Shown(item) + ": ")}found {found}, expected {expected}", inner)
    {
        File = file;
        Item = item;
        Found = found;
        Expected = expected;
    }

    /// <summary>Path or name of the file.</summary>
    public string File { get; }

    /// <summary>Tensor, metadata key or section that is wrong; null where it is the file as a whole.</summary>
    public string? Item { get; }

    /// <summary>What stands in the file.</summary>
    public string Found { get; }

    /// <summary>What should stand in the file.</summary>
    public string Expected { get; }

    /// <summary>Text from a file made fit for one line of a message: control characters escaped, long text cut.</summary>
    internal static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (char c in text)
        {
            if (shown.Length >= ShownLength) return shown.Append("...").ToString();
            if (char.IsControl(c)) shown.Append($"\\u{(int)c:x4}");
            else shown.Append(c);
        }
        return shown.ToString();
    }
}
