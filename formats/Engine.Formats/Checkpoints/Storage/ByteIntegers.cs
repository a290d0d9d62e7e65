using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>Integers or 8-bit floats, one to a byte, row after row.</summary>
/// <param name="tensor">[rows, columns], one byte each.</param>
/// <param name="columns">Integers of a row.</param>
/// <param name="bits">Bits of an integer.</param>
/// <param name="offset">What is added to each signed byte to make it an unsigned integer: 0 or 2^(bits - 1).</param>
internal sealed class ByteIntegers(SafetensorsTensor tensor, int columns, int bits = 8, int offset = 0) : IntegerTable
{
    public override void Read(int first, int count, Span<byte> values)
    {
        tensor.Read((long)first * columns, values[..(count * columns)]);
        if (offset == 0 && bits == 8) return;
        foreach (ref byte value in values[..(count * columns)])
        {
            byte found = value;
            value = (byte)(found + offset);
            if (value >> bits != 0)
            {
                throw new ModelFormatException(
                    tensor.File, tensor.Name, $"the value {(sbyte)found}", $"{-offset} to {(1 << bits) - 1 - offset}, as {bits} bits hold");
            }
        }
    }
}
