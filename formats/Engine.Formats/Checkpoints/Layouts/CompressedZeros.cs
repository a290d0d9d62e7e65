using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// The zero points of a compressed-tensors module: signed, and here raised by 2^(bits - 1) as the codes are. I8 in the shape of the scales,
/// or packed into words along the outputs.
/// </summary>
internal static class CompressedZeros
{
    private const string Part = ".weight_zero_point";

    /// <summary>Takes them; null where the scheme is symmetric.</summary>
    public static FloatTable? Open(CompressedGroup group, ModuleTensors tensors, CompressedScales scales, int rows)
    {
        if (group.Symmetric || group.IsFloat)
        {
            // Older releases write zeros all the same.
            _ = tensors.Find(Part);
            return null;
        }
        SafetensorsTensor zeros = tensors.Get(Part);
        ModuleTensors.CheckType(zeros, SafetensorsDType.I32, SafetensorsDType.I8);
        int groups = scales.Groups.Count;
        if (zeros.DType == SafetensorsDType.I8)
        {
            ModuleTensors.CheckElements(zeros, scales.Tensor.Elements);
            int offset = 1 << (group.Bits - 1);
            return new MappedTable(new ScaleTensor(zeros, groups, groups, scales.RowsPerEntry), groups, zero => zero + offset);
        }
        ModuleTensors.CheckShape(zeros, ModuleTensors.Any, groups);
        WordPacking packing = CompressedPackedLayout.Packing(zeros, zeros.Shape[0], rows, group.Bits) with { AlongFirst = true };
        return new IntegerZeros(new PackedWords(zeros, packing, groups), groups);
    }
}
