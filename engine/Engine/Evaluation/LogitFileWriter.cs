using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Engine.Sampling;

namespace Engine.Evaluation;

/// <summary>
/// Writes the distributions of a base model as llama-perplexity --kl-divergence-base does: "_logits_", i32 window length, vocabulary and
/// windows, the tokens, then per scored position F32 scale, F32 smallest log-probability, and a code of 16 bits per token of the
/// vocabulary, log p = scale · code + smallest. What lies more than 16 below the likeliest token becomes code 0.
/// </summary>
public sealed class LogitFileWriter
{
    private readonly Stream _stream;
    private readonly byte[] _row;
    private readonly int _vocabulary;

    /// <summary>Writes the head of the file.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="windows">The text, in llama.cpp's convention.</param>
    /// <param name="vocabulary">Logits of a position.</param>
    /// <exception cref="ArgumentException">The windows are of another convention: the format has no place for their positions.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public LogitFileWriter(Stream stream, TokenWindows windows, int vocabulary)
    {
        ArgumentNullException.ThrowIfNull(windows);
        if (windows.Convention != WindowConvention.LlamaCpp)
            throw new ArgumentException("Only distributions at the second half of windows can be saved.", nameof(windows));
        (_stream, _vocabulary) = (stream, vocabulary);
        _row = new byte[LogitFile.RowBytes(vocabulary)];
        Span<byte> head = stackalloc byte[LogitFile.HeadBytes];
        LogitFile.Magic.CopyTo(head);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], windows.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], vocabulary);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], windows.Count);
        stream.Write(head);
        stream.Write(MemoryMarshal.AsBytes(windows.Tokens));
    }

    /// <summary>Writes the distribution at the next scored position.</summary>
    /// <param name="logits">Its logits.</param>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Add(ReadOnlySpan<float> logits)
    {
        if (logits.Length != _vocabulary) throw new ArgumentException($"{logits.Length} logits, expected {_vocabulary}.", nameof(logits));
        Encode(logits, _row);
        _stream.Write(_row);
    }

    /// <summary>The bytes of one position.</summary>
    internal static void Encode(ReadOnlySpan<float> logits, Span<byte> row)
    {
        float max = Softmax.Max(logits), min = float.PositiveInfinity;
        foreach (float logit in logits) min = MathF.Min(min, logit);
        min = MathF.Max(min, max - LogitFile.Range);
        float scale = (max - min) / ushort.MaxValue;
        float smallest = min - (float)Softmax.LogSumExp(logits);
        BinaryPrimitives.WriteSingleLittleEndian(row, scale);
        BinaryPrimitives.WriteSingleLittleEndian(row[sizeof(float)..], smallest);
        Span<ushort> codes = MemoryMarshal.Cast<byte, ushort>(row[LogitFile.RowHeadBytes..]);
        float inverse = scale > 0 ? 1 / scale : 0;
        for (int i = 0; i < logits.Length; i++)
            codes[i] = logits[i] > min ? (ushort)MathF.Min(MathF.Round(inverse * (logits[i] - min)), ushort.MaxValue) : (ushort)0;
        codes[logits.Length..].Clear();
    }
}
