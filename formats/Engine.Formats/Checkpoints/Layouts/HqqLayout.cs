using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// HQQ: <c>W_q</c>, codes of the matrix reshaped to [groups, group size] (axis 1) or [group size, groups] (axis 0) and packed along the
/// first axis; <c>scale</c> and <c>zero</c>, one for each group, not integers; and the settings as small tensors (<c>shape</c>,
/// <c>axis</c>, <c>packing</c>, ...). w = (q - zero) scale, both steps rounded in compute_dtype (hqq/core/quantize.py, dequantize).
/// </summary>
internal static class HqqLayout
{
    private const string CodesPart = ".W_q";

    /// <summary>Settings that say nothing about decoding.</summary>
    private static readonly string[] Unused =
    [
        ".nbits", ".group_size", ".unpack_view_dtype", ".view_as_float", ".offload_meta", ".encoded_state_dict", ".stores_quant_config",
        ".channel_wise", ".optimize", ".round_zero",
    ];

    public static QuantizedMatrix? Open(HqqConfig config, ModuleTensors tensors)
    {
        if (!tensors.Has(CodesPart)) return null;
        SafetensorsTensor codes = tensors.Get(CodesPart);
        foreach (string part in (string[])[".quant_scale", ".quant_zero"])
        {
            if (tensors.Find(part) is { } flag && ScalarTensor.ReadNumber(flag) != 0)
                throw ModuleTensors.Error(flag, "true", "false: scales and zero points that are not quantized themselves");
        }
        (int rows, int columns) = ReadShape(tensors.Get(".shape"));
        long axis = ReadAxis(config, tensors);
        int fieldBits = ReadFieldBits(config, tensors, codes);
        ComputeType compute = tensors.Find(".compute_dtype") is { } type ? ReadCompute(type) : ComputeType.F16;

        SafetensorsTensor scale = tensors.Get(".scale"), zero = tensors.Get(".zero");
        ModuleTensors.CheckType(scale, TensorNumbers.Floats);
        ModuleTensors.CheckType(zero, TensorNumbers.Floats);
        ModuleTensors.CheckElements(zero, scale.Elements);
        long total = (long)rows * columns, groups = scale.Elements;
        if (groups < 1 || total % groups != 0)
            throw ModuleTensors.Error(scale, $"{groups} scales", $"a divisor of {rows} x {columns} weights");
        // The last axis of the reshaped matrix. One scale for all leaves the shape as it is.
        long width = groups == 1 ? columns : axis == 1 ? total / groups : groups;
        long bytes = (total / width - 1) / StackedFields.Fields(fieldBits) * width + width;
        bytes *= StackedFields.WordBytes(fieldBits);
        if (total % width != 0 || codes.ByteLength != bytes)
            throw ModuleTensors.Error(codes, $"{codes.ByteLength} bytes", $"{bytes} for {rows} x {columns} codes of {fieldBits} bits");
        foreach (string part in Unused) tensors.Find(part);

        (FloatTable scales, FloatTable zeros, ColumnGroups columnGroups) = Tables(scale, zero, axis, columns, total, compute);
        return new QuantizedMatrix(codes.File, tensors.Module, rows, columns, new StackedFields(codes, columns, fieldBits), scales, zeros)
        {
            Grid = CodeGrid.Integer(fieldBits),
            Groups = columnGroups,
            Center = CenterKind.ZeroPoint,
            Compute = compute,
            Tensors = tensors.Taken,
        };
    }

    private static (FloatTable Scales, FloatTable Zeros, ColumnGroups Groups) Tables(
        SafetensorsTensor scale, SafetensorsTensor zero, long axis, int columns, long total, ComputeType compute)
    {
        // Loading casts both to the compute type.
        FlatBlocks.Reader ReaderOf(SafetensorsTensor tensor) => (first, values) =>
        {
            TensorNumbers.Read(tensor, first, values);
            foreach (ref float value in values) value = compute.Round(value);
        };
        long count = scale.Elements;
        if (axis == 0 && count > 1)
        {
            return (
                new FlatCycle(columns, count, ReaderOf(scale)), new FlatCycle(columns, count, ReaderOf(zero)), ColumnGroups.Of(columns, 1));
        }
        var scales = new FlatBlocks(columns, total / count, ReaderOf(scale));
        return (scales, new FlatBlocks(columns, total / count, ReaderOf(zero)), scales.Groups);
    }

    private static long ReadAxis(HqqConfig config, ModuleTensors tensors)
    {
        if (tensors.Find(".axis") is not { } tensor) return config.Axis;
        long axis = ScalarTensor.ReadNumber(tensor);
        return axis is 0 or 1 ? axis : throw ModuleTensors.Error(tensor, $"{axis}", "0 or 1");
    }

    private static (int Rows, int Columns) ReadShape(SafetensorsTensor shape)
    {
        ModuleTensors.CheckShape(shape, 2);
        return (
            ModuleTensors.Length(shape, ScalarTensor.ReadNumber(shape, 0), "outputs"),
            ModuleTensors.Length(shape, ScalarTensor.ReadNumber(shape, 1), "inputs"));
    }

    private static int ReadFieldBits(HqqConfig config, ModuleTensors tensors, SafetensorsTensor codes)
    {
        if (tensors.Find(".packing") is { } packing)
        {
            string name = ScalarTensor.ReadText(packing);
            return name switch
            {
                "8bit_u8" => 8,
                "4bit_u8" => 4,
                "3bit_32" => 3,
                "2bit_u8" => 2,
                "1bit_u8" => 1,
                _ => throw ModuleTensors.Error(packing, $"\"{name}\"", "8bit_u8, 4bit_u8, 3bit_32, 2bit_u8 or 1bit_u8"),
            };
        }
        return config.Bits switch
        {
            >= 1 and <= 4 => config.Bits,
            > 4 => 8,
            _ => throw ModuleTensors.Error(codes, "codes of unknown bits", "a tensor \"packing\" beside them or nbits in the config"),
        };
    }

    private static ComputeType ReadCompute(SafetensorsTensor tensor)
    {
        string name = ScalarTensor.ReadText(tensor);
        return name switch
        {
            "torch.float16" => ComputeType.F16,
            "torch.bfloat16" => ComputeType.BF16,
            "torch.float32" => ComputeType.F32,
            _ => throw ModuleTensors.Error(tensor, $"\"{name}\"", "torch.float16, torch.bfloat16 or torch.float32"),
        };
    }
}
