using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// compressed-tensors: <c>weight</c> (a byte each) or <c>weight_packed</c>, with <c>weight_scale</c> and more that depends on the format.
/// Integers and FP8 are rounded in the scales' type; FP4 and MX formats are computed in F32
/// (compressed_tensors/quantization/lifecycle/forward.py, _dequantize).
/// </summary>
internal static class CompressedLayout
{
    public const string WeightPart = ".weight";
    public const string PackedPart = ".weight_packed";
    public const string ScalePart = ".weight_scale";
    private const string GlobalScalePart = ".weight_global_scale";

    public static QuantizedMatrix? Open(CompressedTensorsConfig config, ModuleTensors tensors)
    {
        bool packed = tensors.Has(PackedPart);
        if (!packed && !tensors.Has(ScalePart)) return null;
        CompressedGroup group = config.GroupOf(tensors.Module) ?? throw new ModelFormatException(
            config.File, tensors.Module, "quantized tensors of a module that is ignored or in no group", "a plain weight");
        return group.Format switch
        {
            CompressedFormat.Packed => CompressedPackedLayout.Open(group, tensors),
            CompressedFormat.Bytes => OpenBytes(group, tensors),
            CompressedFormat.MxFp8 => OpenMxFp8(group, tensors),
            _ => OpenFp4(group, tensors),
        };
    }

    /// <summary>How the module's inputs are quantized, with the scale that stands in the file.</summary>
    public static ActivationQuantization? Activations(CompressedGroup group, ModuleTensors tensors)
    {
        SafetensorsTensor? scale = tensors.Find(".input_scale") ?? tensors.Find(".input_global_scale");
        _ = tensors.Find(".input_zero_point");
        return scale is null || group.Activations is null
            ? group.Activations
            : group.Activations with { StaticScale = StaticScale.Read(scale) };
    }

    private static QuantizedMatrix OpenBytes(CompressedGroup group, ModuleTensors tensors)
    {
        SafetensorsTensor codes = tensors.Get(
            WeightPart, [group.IsFloat ? SafetensorsDType.F8_E4M3 : SafetensorsDType.I8], ModuleTensors.Any, ModuleTensors.Any);
        int rows = ModuleTensors.Length(codes, codes.Shape[0], "outputs");
        int columns = ModuleTensors.Length(codes, codes.Shape[1], "inputs");
        CompressedScales scales = CompressedScales.Open(group, tensors, rows, columns, TensorNumbers.Floats);
        int offset = group.IsFloat ? 0 : 1 << (group.Bits - 1);
        FloatTable? zeros = CompressedZeros.Open(group, tensors, scales, rows);
        return new QuantizedMatrix(
            codes.File, tensors.Module, rows, columns, new ByteIntegers(codes, columns, group.Bits, offset), scales.Table, zeros)
        {
            Grid = group.IsFloat ? CodeGrid.E4M3 : CodeGrid.Integer(group.Bits, zeros is null ? offset : 0),
            Groups = scales.Groups,
            Center = zeros is null ? CenterKind.None : CenterKind.ZeroPoint,
            Compute = TensorNumbers.TypeOf(scales.Tensor),
            Activations = Activations(group, tensors),
            Tensors = tensors.Taken,
        };
    }

    private static QuantizedMatrix OpenFp4(CompressedGroup group, ModuleTensors tensors)
    {
        SafetensorsTensor codes = tensors.Get(PackedPart, [SafetensorsDType.U8], ModuleTensors.Any, ModuleTensors.Any);
        int rows = ModuleTensors.Length(codes, codes.Shape[0], "outputs");
        int columns = ModuleTensors.Length(codes, codes.Shape[1] * 2, "inputs");
        bool hasGlobal = group.Format == CompressedFormat.NvFp4;
        CompressedScales scales = CompressedScales.Open(
            group, tensors, rows, columns, hasGlobal ? [SafetensorsDType.F8_E4M3] : [SafetensorsDType.U8, SafetensorsDType.F8_E8M0]);
        FloatTable table = scales.Table;
        if (hasGlobal)
        {
            float global = StaticScale.Read(tensors.Get(GlobalScalePart));
            table = new MappedTable(table, scales.Groups.Count, scale => scale / global);
        }
        return new QuantizedMatrix(codes.File, tensors.Module, rows, columns, new NibbleStream(codes, columns, highFirst: false), table)
        {
            Grid = CodeGrid.E2M1,
            Groups = scales.Groups,
            Compute = ComputeType.F32,
            Activations = Activations(group, tensors),
            Tensors = tensors.Taken,
        };
    }

    private static QuantizedMatrix OpenMxFp8(CompressedGroup group, ModuleTensors tensors)
    {
        SafetensorsTensor codes = tensors.Get(
            tensors.Has(PackedPart) ? PackedPart : WeightPart, [SafetensorsDType.F8_E4M3], ModuleTensors.Any, ModuleTensors.Any);
        int rows = ModuleTensors.Length(codes, codes.Shape[0], "outputs");
        int columns = ModuleTensors.Length(codes, codes.Shape[1], "inputs");
        CompressedScales scales = CompressedScales.Open(
            group, tensors, rows, columns, [SafetensorsDType.U8, SafetensorsDType.F8_E8M0]);
        return new QuantizedMatrix(codes.File, tensors.Module, rows, columns, new ByteIntegers(codes, columns), scales.Table)
        {
            Grid = CodeGrid.E4M3,
            Groups = scales.Groups,
            Compute = ComputeType.F32,
            Activations = Activations(group, tensors),
            Tensors = tensors.Taken,
        };
    }
}
