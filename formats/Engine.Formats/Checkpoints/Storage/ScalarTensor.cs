using System.Runtime.InteropServices;
using System.Text;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>Settings that a checkpoint keeps as small tensors.</summary>
internal static class ScalarTensor
{
    private const int LongestText = 100;

    /// <summary>Reads one integer.</summary>
    /// <exception cref="ModelFormatException">The tensor has no such element, or is of another type.</exception>
    public static long ReadNumber(SafetensorsTensor tensor, int index = 0)
    {
        ModuleTensors.CheckType(tensor, SafetensorsDType.U8, SafetensorsDType.BOOL, SafetensorsDType.I32, SafetensorsDType.I64);
        if (index >= tensor.Elements) throw ModuleTensors.Error(tensor, $"{tensor.Elements} elements", $"{index + 1} or more");
        Span<byte> bytes = stackalloc byte[tensor.DType.Bits() / 8];
        tensor.Read((long)index * bytes.Length, bytes);
        return bytes.Length switch
        {
            1 => bytes[0],
            4 => MemoryMarshal.Read<int>(bytes),
            _ => MemoryMarshal.Read<long>(bytes),
        };
    }

    /// <summary>Reads a text, a byte for each character.</summary>
    /// <exception cref="ModelFormatException">The tensor is of another type or longer than 100 bytes.</exception>
    public static string ReadText(SafetensorsTensor tensor)
    {
        ModuleTensors.CheckType(tensor, SafetensorsDType.U8);
        if (tensor.ByteLength > LongestText)
            throw ModuleTensors.Error(tensor, $"a text of {tensor.ByteLength} bytes", $"at most {LongestText}");
        var bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return ModelFormatException.Shown(Encoding.Latin1.GetString(bytes));
    }
}
