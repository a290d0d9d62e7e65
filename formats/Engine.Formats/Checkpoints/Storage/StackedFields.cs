using System.Runtime.InteropServices;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>
/// The packing of HQQ (hqq/core/bitpack.py): the codes in one sequence are cut into as many equal parts as a word has fields, and word i
/// holds code i of every part, the first part in the highest bits.
/// </summary>
/// <param name="tensor">Bytes, or words of 32 bits for 3-bit codes.</param>
/// <param name="columns">Codes of a row.</param>
/// <param name="fieldBits">Bits of a field: 1, 2, 3, 4 or 8.</param>
internal sealed class StackedFields(SafetensorsTensor tensor, int columns, int fieldBits) : IntegerTable
{
    private readonly int _wordBytes = WordBytes(fieldBits);

    /// <summary>Bytes of a word.</summary>
    public static int WordBytes(int fieldBits) => fieldBits == 3 ? 4 : 1;

    /// <summary>Fields of a word.</summary>
    public static int Fields(int fieldBits) => WordBytes(fieldBits) * 8 / fieldBits;

    public override void Read(int first, int count, Span<byte> values)
    {
        long words = tensor.ByteLength / _wordBytes;
        long position = (long)first * columns;
        Span<byte> target = values[..(count * columns)];
        while (!target.IsEmpty)
        {
            (long part, long word) = Math.DivRem(position, words);
            int run = (int)Math.Min(words - word, target.Length);
            ReadRun(word, (Fields(fieldBits) - 1 - (int)part) * fieldBits, target[..run]);
            position += run;
            target = target[run..];
        }
    }

    private void ReadRun(long firstWord, int shift, Span<byte> codes)
    {
        var bytes = new byte[codes.Length * _wordBytes];
        tensor.Read(firstWord * _wordBytes, bytes);
        int mask = (1 << fieldBits) - 1;
        for (int i = 0; i < codes.Length; i++)
        {
            uint word = _wordBytes == 1 ? bytes[i] : MemoryMarshal.Read<uint>(bytes.AsSpan(i * sizeof(uint)));
            codes[i] = (byte)((int)(word >> shift) & mask);
        }
    }
}
