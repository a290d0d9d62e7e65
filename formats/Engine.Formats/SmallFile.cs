using Engine.Formats.Sources;

namespace Engine.Formats;

/// <summary>Reads files that are small enough to be read whole: configurations, indexes, vocabularies.</summary>
public static class SmallFile
{
    /// <summary>Reads a file. What counts is the size of the file behind a link; a device is read as an empty file.</summary>
    /// <param name="path">Path of an existing file.</param>
    /// <param name="most">The most bytes that it may have.</param>
    /// <param name="expected">What kind of file it should be, for the message.</param>
    /// <exception cref="ModelFormatException">It is missing, a pipe, too large, or may not be read.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static byte[] Read(string path, int most, string expected)
    {
        using FileSource source = FileSource.Open(path, mapped: false, expected);
        if (source.Length > most) throw new ModelFormatException(path, null, $"{source.Length} bytes", $"{expected} of at most {most}");
        var content = new byte[source.Length];
        source.Read(0, content, null);
        return content;
    }
}
