using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>4-bit codes, two to a byte, all rows in one stream: after a row of odd length the next begins within a byte.</summary>
/// <param name="tensor">At least half as many bytes as there are codes.</param>
/// <param name="columns">Codes of a row.</param>
/// <param name="highFirst">Whether a byte's first code lies in its high nibble.</param>
internal sealed class NibbleStream(SafetensorsTensor tensor, int columns, bool highFirst) : IntegerTable
{
    public override void Read(int first, int count, Span<byte> values)
    {
        long start = (long)first * columns;
        int total = count * columns;
        var bytes = new byte[(int)((start + total + 1) / 2 - start / 2)];
        tensor.Read(start / 2, bytes);
        int skipped = (int)(start % 2);
        for (int i = 0; i < total; i++)
        {
            byte pair = bytes[(i + skipped) / 2];
            bool isFirst = (i + skipped) % 2 == 0;
            values[i] = (byte)(isFirst == highFirst ? pair >> 4 : pair & 15);
        }
    }
}
