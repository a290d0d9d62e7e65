using System.Runtime.InteropServices;
using System.Text;
using Engine.Formats;

namespace Engine.Quantization.Imatrix;

/// <summary>
/// llama.cpp's older form (imatrix.dat): i32 entries; per entry i32 length of the name, the name, i32 calls, i32 values, F32 values
/// (mean square times calls); then, not in the oldest, i32 chunks, i32 length of the dataset's name, the name. Little endian.
/// </summary>
internal sealed class LegacyImportanceReader
{
    private const string Expected = "an importance matrix: a GGUF file, or llama.cpp's older form";
    private const int LongestName = ushort.MaxValue;
    private const int SmallestEntry = 17;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly BinaryReader _reader;

    private LegacyImportanceReader(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        _reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
    }

    private long Remaining => _stream.Length - _stream.Position;

    /// <summary>Whether the file is to be read as GGUF; also where it cannot be read at all, since that reader says why.</summary>
    internal static bool IsGguf(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[4];
            return stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual("GGUF"u8);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return true;
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="chunkSize">Tokens of a chunk, which the file does not say.</param>
    /// <exception cref="ModelFormatException">It is malformed.</exception>
    internal static ImportanceMatrix Read(string path, int chunkSize)
    {
        using FileStream stream = File.OpenRead(path);
        try
        {
            return new LegacyImportanceReader(path, stream).ReadAll(chunkSize);
        }
        catch (EndOfStreamException e)
        {
            throw new ModelFormatException(path, null, $"the end of the file at byte {stream.Position}", Expected, e);
        }
    }

    private ImportanceMatrix ReadAll(int chunkSize)
    {
        int count = ReadCount("entries", SmallestEntry, 1);
        var entries = new List<ImportanceEntry>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < count; i++)
        {
            ImportanceEntry entry = ReadEntry(chunkSize);
            if (!names.Add(entry.Name)) throw Error(entry.Name, "two entries of this name", "one");
            entries.Add(entry);
        }
        long chunks = 0;
        string[] datasets = [];
        if (Remaining > 0)
        {
            chunks = _reader.ReadInt32();
            if (Remaining > 0 && ReadText("dataset", 0) is { Length: > 0 } dataset) datasets = [dataset];
        }
        return new ImportanceMatrix(_path, entries, datasets, Math.Max(0, chunks), chunkSize);
    }

    private ImportanceEntry ReadEntry(int chunkSize)
    {
        string name = ReadText("name", 1);
        int calls = _reader.ReadInt32();
        if (calls < 0) throw Error(name, $"{calls} calls", "0 or more");
        var values = new float[ReadCount("values", sizeof(float), 1)];
        _stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        var sums = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] >= 0 && float.IsFinite(values[i]))) throw Error(name, $"the value {values[i]}", "finite ones, at least 0");
            sums[i] = (double)values[i] * chunkSize;
        }
        // Sums and rows are scaled alike, so that merging with newer files weighs both by their tokens.
        return new ImportanceEntry(name, sums, [Math.Max(1L, calls) * chunkSize]);
    }

    private string ReadText(string what, int shortest)
    {
        int length = ReadCount($"bytes of a {what}", 1, shortest);
        if (length > LongestName) throw Error(null, $"a {what} of {length} bytes", $"at most {LongestName}");
        return Encoding.UTF8.GetString(_reader.ReadBytes(length));
    }

    /// <summary>A count of things of which each takes at least so many bytes; one that the file cannot hold is refused.</summary>
    private int ReadCount(string things, int size, int least)
    {
        int count = _reader.ReadInt32();
        if (count < least || count > Remaining / size) throw Error(null, $"{count} {things} with {Remaining} bytes left", Expected);
        return count;
    }

    private ModelFormatException Error(string? item, string found, string expected) => new(_path, item, found, expected);
}
