using System.Runtime.InteropServices;
using Engine.Formats.Numerics;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Storage;

/// <summary>Reads elements of a tensor as numbers.</summary>
internal static class TensorNumbers
{
    /// <summary>The types in which tools compute.</summary>
    public static ReadOnlySpan<SafetensorsDType> Floats => [SafetensorsDType.F32, SafetensorsDType.F16, SafetensorsDType.BF16];

    /// <summary>Reads neighbouring elements exactly. A U8 is an E8M0, as MX formats store it; an I8 is an integer.</summary>
    /// <param name="tensor">Of a type in <see cref="Floats"/>, F8_E4M3, F8_E8M0, U8 or I8.</param>
    /// <param name="first">Index of the first in the tensor's order.</param>
    /// <param name="values">Receives them.</param>
    public static void Read(SafetensorsTensor tensor, long first, Span<float> values)
    {
        int size = tensor.DType.Bits() / 8;
        if (tensor.DType == SafetensorsDType.F32)
        {
            tensor.Read(first * size, MemoryMarshal.AsBytes(values));
            return;
        }
        var bytes = new byte[values.Length * size];
        tensor.Read(first * size, bytes);
        ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
        switch (tensor.DType)
        {
            case SafetensorsDType.F16: Fp16.ToSingle(halves, values); break;
            case SafetensorsDType.BF16: Bf16.ToSingle(halves, values); break;
            default:
                Func<byte, float> convert = Conversion(tensor.DType);
                for (int i = 0; i < bytes.Length; i++) values[i] = convert(bytes[i]);
                break;
        }
    }

    /// <summary>All elements of a small tensor.</summary>
    public static float[] ReadAll(SafetensorsTensor tensor)
    {
        var values = new float[tensor.Elements];
        Read(tensor, 0, values);
        return values;
    }

    /// <summary>The number type of a tensor as a tool computes with it.</summary>
    public static ComputeType TypeOf(SafetensorsTensor tensor) => tensor.DType switch
    {
        SafetensorsDType.F16 => ComputeType.F16,
        SafetensorsDType.BF16 => ComputeType.BF16,
        _ => ComputeType.F32,
    };

    private static Func<byte, float> Conversion(SafetensorsDType type) => type switch
    {
        SafetensorsDType.F8_E4M3 => E4M3.ToSingle,
        SafetensorsDType.F8_E8M0 or SafetensorsDType.U8 => E8M0.ToSingle,
        SafetensorsDType.I8 => code => (sbyte)code,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of scales."),
    };
}
