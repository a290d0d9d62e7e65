using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// The experts of GPT-OSS: NAME_blocks U8 [experts, out, groups, 16], the even code in the low nibble, and NAME_scales U8 [experts, out,
/// groups], powers of two for 32 codes. All experts are one matrix of experts x out rows, in the file's order: the even rows of
/// gate_up_proj are the gate's (transformers, convert_moe_packed_tensors).
/// </summary>
internal static class Mxfp4ExpertsLayout
{
    private const string BlocksPart = "_blocks";
    private const string ScalesPart = "_scales";
    private const int GroupSize = 32;

    public static QuantizedMatrix? Open(ModuleTensors tensors)
    {
        if (!tensors.Has(BlocksPart)) return null;
        SafetensorsTensor codes = tensors.Get(
            BlocksPart, [SafetensorsDType.U8], ModuleTensors.Any, ModuleTensors.Any, ModuleTensors.Any, GroupSize / 2);
        ModuleTensors.Length(codes, codes.Shape[0], "experts");
        int rows = ModuleTensors.Length(codes, codes.Shape[0] * codes.Shape[1], "outputs");
        int groups = ModuleTensors.Length(codes, codes.Shape[2], "groups");
        int columns = ModuleTensors.Length(codes, codes.Shape[2] * GroupSize, "inputs");
        SafetensorsTensor scales = tensors.Get(
            ScalesPart, [SafetensorsDType.U8, SafetensorsDType.F8_E8M0], codes.Shape[0], codes.Shape[1], groups);
        return new QuantizedMatrix(
            codes.File, tensors.Module, rows, columns, new NibbleStream(codes, columns, highFirst: false),
            new ScaleTensor(scales, groups, groups))
        {
            Grid = CodeGrid.E2M1,
            Groups = ColumnGroups.Of(columns, GroupSize),
            Compute = ComputeType.F32,
            Tensors = tensors.Taken,
        };
    }
}
