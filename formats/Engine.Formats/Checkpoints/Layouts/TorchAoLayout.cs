using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// torchao's Int8Tensor: <c>_weight_qdata</c> I8 [out, in], <c>_weight_scale</c> and <c>_weight_zero_point</c>, one for each block of
/// out x in that the JSON text under the weight's name in the file's metadata gives, as it gives the type in which the product is rounded.
/// </summary>
internal static class TorchAoLayout
{
    private const string CodesPart = "._weight_qdata";
    private const string ScalePart = "._weight_scale";
    private const string ZeroPart = "._weight_zero_point";
    private const string TensorType = "Int8Tensor";
    private const int Offset = 128;

    public static QuantizedMatrix? Open(ModuleTensors tensors)
    {
        if (!tensors.Has(CodesPart)) return null;
        SafetensorsTensor codes = tensors.Get(CodesPart, [SafetensorsDType.I8], ModuleTensors.Any, ModuleTensors.Any);
        int rows = ModuleTensors.Length(codes, codes.Shape[0], "outputs");
        int columns = ModuleTensors.Length(codes, codes.Shape[1], "inputs");
        ConfigSection data = ReadDescription(tensors, codes);
        (int blockRows, int blockColumns) = data.FindSizes("block_size") ?? throw data.Error("block_size", "nothing", "outputs and inputs");
        ColumnGroups groups = ColumnGroups.Of(columns, blockColumns);
        long entries = (rows - 1) / blockRows + 1;

        SafetensorsTensor scales = tensors.Get(ScalePart);
        ModuleTensors.CheckType(scales, TensorNumbers.Floats);
        ModuleTensors.CheckElements(scales, entries * groups.Count);
        FloatTable? zeros = Zeros(tensors.Find(ZeroPart), scales.Elements, groups.Count, blockRows);
        return new QuantizedMatrix(
            codes.File, tensors.Module, rows, columns, new ByteIntegers(codes, columns, offset: Offset),
            new ScaleTensor(scales, groups.Count, groups.Count, blockRows), zeros)
        {
            Grid = CodeGrid.Integer(8, zeros is null ? Offset : 0),
            Groups = groups,
            Center = zeros is null ? CenterKind.None : CenterKind.ZeroPoint,
            Compute = ReadCompute(data),
            Activations = data.Has("act_quant_kwargs")
                ? new ActivationQuantization(8, IsFloat: false, Symmetric: true, ActivationGranularity.Token)
                : null,
            Tensors = tensors.Taken,
        };
    }

    private static FloatTable? Zeros(SafetensorsTensor? zeros, long elements, int groups, int rowsPerEntry)
    {
        if (zeros is null) return null;
        ModuleTensors.CheckType(zeros, SafetensorsDType.I8);
        ModuleTensors.CheckElements(zeros, elements);
        if (!TensorNumbers.ReadAll(zeros).AsSpan().ContainsAnyExcept(0f)) return null;
        return new MappedTable(new ScaleTensor(zeros, groups, groups, rowsPerEntry), groups, zero => zero + Offset);
    }

    private static ComputeType ReadCompute(ConfigSection data)
    {
        ConfigSection type = data.Section("dtype");
        return type.String("_data") switch
        {
            "bfloat16" => ComputeType.BF16,
            "float16" => ComputeType.F16,
            "float32" => ComputeType.F32,
            _ => throw type.Error("_data", type.ShownValue("_data"), "bfloat16, float16 or float32"),
        };
    }

    private static ConfigSection ReadDescription(ModuleTensors tensors, SafetensorsTensor codes)
    {
        string key = tensors.Module + ".weight";
        if (!tensors.Metadata.TryGetValue(key, out string? text))
            throw new ModelFormatException(codes.File, $"__metadata__.{key}", "nothing", "the description of a torchao tensor");
        ConfigSection description = JsonText.Parse(text, codes.File, $"__metadata__.{key}");
        if (description.FindString("_type") != TensorType)
            throw description.Error("_type", description.ShownValue("_type"), TensorType);
        return description.Section("_data");
    }
}
