using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// LLM.int8() of bitsandbytes: <c>weight</c> I8 [out, in], <c>SCB</c> F32 [out], the largest magnitude of each row, and
/// <c>weight_format</c>, 0 for row order. w = (q SCB) (1 / 127) in F32 (bitsandbytes/functional.py, int8_vectorwise_dequant).
/// </summary>
internal static class BitsAndBytes8Layout
{
    private const string CodesPart = ".weight";
    private const string ScalesPart = ".SCB";
    private const string FormatPart = ".weight_format";
    private const int Offset = 128;

    public static QuantizedMatrix? Open(BitsAndBytesConfig config, ModuleTensors tensors)
    {
        if (!tensors.Has(ScalesPart)) return null;
        SafetensorsTensor codes = tensors.Get(CodesPart, [SafetensorsDType.I8], ModuleTensors.Any, ModuleTensors.Any);
        int rows = ModuleTensors.Length(codes, codes.Shape[0], "outputs");
        int columns = ModuleTensors.Length(codes, codes.Shape[1], "inputs");
        SafetensorsTensor scales = tensors.Get(ScalesPart, [SafetensorsDType.F32], rows);
        if (tensors.Find(FormatPart) is { } format) CheckFormat(format);
        return new QuantizedMatrix(
            codes.File, tensors.Module, rows, columns, new ByteIntegers(codes, columns, offset: Offset), new ScaleTensor(scales, 1, 1))
        {
            Grid = CodeGrid.Integer(8, Offset),
            Groups = ColumnGroups.Whole(columns),
            Compute = ComputeType.F32,
            Factor = 1f / 127,
            Activations = new ActivationQuantization(
                8, IsFloat: false, Symmetric: true, ActivationGranularity.Token, OutlierThreshold: config.OutlierThreshold),
            Tensors = tensors.Taken,
        };
    }

    private static void CheckFormat(SafetensorsTensor format)
    {
        ModuleTensors.CheckType(format, SafetensorsDType.U8);
        ModuleTensors.CheckElements(format, 1);
        Span<byte> value = stackalloc byte[1];
        format.Read(0, value);
        if (value[0] != 0) throw ModuleTensors.Error(format, $"{value[0]}", "0, codes in the order of rows");
    }
}
