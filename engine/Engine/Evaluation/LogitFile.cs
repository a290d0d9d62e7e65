using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Engine.Formats;
using Microsoft.Win32.SafeHandles;

namespace Engine.Evaluation;

/// <summary>Reads distributions of a base model that <see cref="LogitFileWriter"/> or llama-perplexity wrote.</summary>
public sealed class LogitFile : IDisposable
{
    /// <summary>Log-probabilities of a row span at most this much.</summary>
    internal const float Range = 16f;

    internal const int HeadBytes = 20;
    internal const int RowHeadBytes = 2 * sizeof(float);

    private const string Expected = "distributions as llama-perplexity --kl-divergence-base writes them";

    private readonly SafeFileHandle _handle;
    private readonly int[] _tokens;
    private readonly long _firstRow;
    private readonly byte[] _row;

    private LogitFile(string path, SafeFileHandle handle)
    {
        (Path, _handle) = (path, handle);
        long length = RandomAccess.GetLength(handle);
        Span<byte> head = stackalloc byte[HeadBytes];
        if (length < HeadBytes) throw Error(null, $"{length} bytes");
        Read(0, head);
        if (!head[..Magic.Length].SequenceEqual(Magic)) throw Error(null, "a file that does not begin with \"_logits_\"");
        WindowLength = ReadNumber(head[8..], "window length", TokenWindows.MinimumLength);
        VocabularySize = ReadNumber(head[12..], "vocabulary", 1);
        WindowCount = ReadNumber(head[16..], "number of windows", 1);
        long tokens = (long)WindowLength * WindowCount;
        _firstRow = HeadBytes + tokens * sizeof(int);
        // The rows are counted by division, so that no product of three sizes can overflow.
        long rowBytes = RowBytes(VocabularySize), rows = (long)RowsPerWindow * WindowCount;
        if (tokens > Array.MaxLength / sizeof(int) || _firstRow > length || (length - _firstRow) / rowBytes < rows)
            throw Error("size", $"{length} bytes for {WindowCount} windows of {WindowLength} and {VocabularySize} tokens");
        _tokens = new int[tokens];
        Read(HeadBytes, MemoryMarshal.AsBytes(_tokens.AsSpan()));
        foreach (int token in _tokens)
        {
            if ((uint)token >= (uint)VocabularySize) throw Error("tokens", $"token {token} in a vocabulary of {VocabularySize}");
        }
        _row = new byte[rowBytes];
    }

    /// <summary>Path of the file.</summary>
    public string Path { get; }

    /// <summary>Tokens of a window.</summary>
    public int WindowLength { get; }

    /// <summary>Windows of the text.</summary>
    public int WindowCount { get; }

    /// <summary>Log-probabilities of a position.</summary>
    public int VocabularySize { get; }

    /// <summary>The text, window after window.</summary>
    public ReadOnlySpan<int> Tokens => _tokens;

    internal static ReadOnlySpan<byte> Magic => "_logits_"u8;

    /// <summary>Scored positions of a window.</summary>
    private int RowsPerWindow => WindowLength - 1 - WindowLength / 2;

    /// <summary>Opens a file and checks its sizes.</summary>
    /// <exception cref="ModelFormatException">There is no such file, or it is malformed.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static LogitFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path);
            return new LogitFile(path, handle);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ModelFormatException(path, null, "no file that can be read", Expected, e);
        }
        catch
        {
            handle?.Dispose();
            throw;
        }
    }

    /// <summary>The log-probabilities of a scored position.</summary>
    /// <param name="window">Window, from 0 on.</param>
    /// <param name="row">Scored position of the window, from 0 on.</param>
    /// <param name="logProbabilities">As many as the vocabulary has tokens; written.</param>
    /// <exception cref="ModelFormatException">The row is malformed, or the file has become shorter.</exception>
    public void ReadRow(int window, int row, Span<float> logProbabilities)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)window, (uint)WindowCount, nameof(window));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowsPerWindow, nameof(row));
        Read(_firstRow + ((long)window * RowsPerWindow + row) * _row.Length, _row);
        float scale = BinaryPrimitives.ReadSingleLittleEndian(_row);
        float smallest = BinaryPrimitives.ReadSingleLittleEndian(_row.AsSpan(sizeof(float)));
        if (!(scale >= 0 && float.IsFinite(scale) && float.IsFinite(smallest)))
            throw Error($"window {window}, row {row}", $"scale {scale} and smallest log-probability {smallest}");
        ReadOnlySpan<ushort> codes = MemoryMarshal.Cast<byte, ushort>(_row.AsSpan(RowHeadBytes));
        for (int i = 0; i < logProbabilities.Length; i++) logProbabilities[i] = scale * codes[i] + smallest;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>Bytes of a row: the codes are filled up to an even number.</summary>
    internal static int RowBytes(int vocabulary) => checked(RowHeadBytes + (vocabulary + (vocabulary & 1)) * sizeof(ushort));

    private int ReadNumber(ReadOnlySpan<byte> bytes, string what, int least)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        // A row, whose bytes are counted in an int, is the largest thing that a number asks for.
        return number >= least && number <= (Array.MaxLength - RowHeadBytes) / sizeof(ushort) - 1 ? number : throw Error(what, $"{number}");
    }

    private void Read(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            int count = RandomAccess.Read(_handle, destination, offset);
            if (count == 0) throw Error(null, $"the end of the file at byte {offset}");
            offset += count;
            destination = destination[count..];
        }
    }

    private ModelFormatException Error(string? item, string found) => new(Path, item, found, Expected);
}
