using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// NF4 and FP4 of bitsandbytes: <c>weight</c>, nibbles of all rows in one sequence, the even one in the high half of its byte;
/// <c>weight.quant_map</c>, the 16 levels; <c>weight.absmax</c>, a scale per block, in F32 or (double quantization) as bytes of a second
/// map with scales per 256 and an offset. Products are computed in F32 and rounded to the type that <c>weight.quant_state</c>, a JSON text,
/// names (bitsandbytes/functional.py, QuantState).
/// </summary>
internal static class BitsAndBytes4Layout
{
    private const string CodesPart = ".weight";
    private const string ScalesPart = ".weight.absmax";
    private const string LevelsPart = ".weight.quant_map";
    private const string StatePart = ".weight.quant_state.bitsandbytes__";
    private const string NestedScalesPart = ".weight.nested_absmax";
    private const string NestedLevelsPart = ".weight.nested_quant_map";
    private const int LongestState = 1 << 16;

    public static QuantizedMatrix? Open(ModuleTensors tensors)
    {
        string? type = tensors.Has(StatePart + "nf4") ? "nf4" : tensors.Has(StatePart + "fp4") ? "fp4" : null;
        if (type is null) return null;
        ConfigSection state = ReadState(tensors.Get(StatePart + type, [SafetensorsDType.U8], ModuleTensors.Any));
        (int rows, int columns) = state.FindSizes("shape") ?? throw state.Error("shape", "nothing", "outputs and inputs");
        int blockSize = state.Int("blocksize", 1, 1 << 20);
        SafetensorsTensor codes = tensors.Get(CodesPart);
        long elements = (long)rows * columns;
        // bnb_4bit_quant_storage may give the bytes another type, to whose size they are filled up.
        int storage = Math.Max(codes.DType.Bits() / 8, 1);
        long bytes = ((elements + 1) / 2 + storage - 1) / storage * storage;
        if (codes.ByteLength != bytes)
            throw ModuleTensors.Error(codes, $"{codes.ByteLength} bytes", $"{bytes} for {rows} x {columns} codes");

        SafetensorsTensor levels = tensors.Get(LevelsPart, [SafetensorsDType.F32], 16);
        var scales = new FlatBlocks(columns, blockSize, Scales(tensors, state, (elements + blockSize - 1) / blockSize));
        return new QuantizedMatrix(codes.File, tensors.Module, rows, columns, new NibbleStream(codes, columns, highFirst: true), scales)
        {
            Grid = CodeGrid.Table(TensorNumbers.ReadAll(levels)),
            Groups = scales.Groups,
            Compute = state.String("dtype") switch
            {
                "float16" => ComputeType.F16,
                "bfloat16" => ComputeType.BF16,
                "float32" => ComputeType.F32,
                _ => throw state.Error("dtype", state.ShownValue("dtype"), "float16, bfloat16 or float32"),
            },
            Tensors = tensors.Taken,
        };
    }

    private static FlatBlocks.Reader Scales(ModuleTensors tensors, ConfigSection state, long blocks)
    {
        SafetensorsTensor scales = tensors.Get(ScalesPart);
        ModuleTensors.CheckElements(scales, blocks);
        if (!state.Has("nested_blocksize"))
        {
            ModuleTensors.CheckType(scales, SafetensorsDType.F32);
            return (first, values) => TensorNumbers.Read(scales, first, values);
        }
        ModuleTensors.CheckType(scales, SafetensorsDType.U8);
        int nestedSize = state.Int("nested_blocksize", 1, 1 << 20);
        SafetensorsTensor nested = tensors.Get(NestedScalesPart, [SafetensorsDType.F32], (blocks + nestedSize - 1) / nestedSize);
        float[] levels = TensorNumbers.ReadAll(tensors.Get(NestedLevelsPart, [SafetensorsDType.F32], 256));
        float offset = (float)state.Number("nested_offset", 0);
        return (first, values) =>
        {
            var codes = new byte[values.Length];
            scales.Read(first, codes);
            long firstNested = first / nestedSize;
            var factors = new float[(first + values.Length - 1) / nestedSize - firstNested + 1];
            TensorNumbers.Read(nested, firstNested, factors);
            for (int i = 0; i < codes.Length; i++)
            {
                float product = levels[codes[i]] * factors[(first + i) / nestedSize - firstNested];
                values[i] = product + offset;
            }
        };
    }

    private static ConfigSection ReadState(SafetensorsTensor tensor)
    {
        if (tensor.ByteLength > LongestState)
            throw ModuleTensors.Error(tensor, $"{tensor.ByteLength} bytes of JSON", $"at most {LongestState}");
        var text = new byte[tensor.ByteLength];
        tensor.Read(0, text);
        return JsonText.Parse(text, tensor.File, tensor.Name);
    }
}
