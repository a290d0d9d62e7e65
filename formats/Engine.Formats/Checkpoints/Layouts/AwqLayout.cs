using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// AWQ, 4 bits, w = (q - z) s rounded in the scales' type. GEMM: <c>qweight</c> I32 [in, out / 8], <c>qzeros</c> I32 [groups, out / 8],
/// <c>scales</c> [groups, out]. GEMV: I32 [out, in / 8], I32 [out, at least groups / 8], [out, at least groups]. Interleaved (GEMV-fast,
/// llm-awq): I16 [out / 4, in], and instead of zero points -s z as a float, [at least groups, out], in <c>qzeros</c> or
/// <c>scaled_zeros</c>; its kernels compute q s + (-s z) in one step (AutoAWQ, awq/modules/linear; llm-awq, awq/quantize/qmodule.py).
/// </summary>
internal static class AwqLayout
{
    private const string CodesPart = ".qweight";
    private const string ZerosPart = ".qzeros";
    private const string ScaledZerosPart = ".scaled_zeros";
    private const string ScalesPart = ".scales";

    /// <summary>Place in a word of each of 8 neighbouring outputs, in GEMM's order.</summary>
    private static readonly int[] GemmPlaces = [0, 4, 1, 5, 2, 6, 3, 7];

    public static QuantizedMatrix? Open(AwqConfig config, ModuleTensors tensors)
    {
        if (!tensors.Has(CodesPart)) return null;
        SafetensorsTensor words = tensors.Get(CodesPart);
        ModuleTensors.CheckType(words, config.Version == AwqVersion.Interleaved ? SafetensorsDType.I16 : SafetensorsDType.I32);
        ModuleTensors.CheckShape(words, ModuleTensors.Any, ModuleTensors.Any);
        return config.Version switch
        {
            AwqVersion.Gemm => OpenGemm(config, tensors, words),
            AwqVersion.Gemv => OpenGemv(config, tensors, words),
            _ => OpenInterleaved(config, tensors, words),
        };
    }

    private static QuantizedMatrix OpenGemm(AwqConfig config, ModuleTensors tensors, SafetensorsTensor words)
    {
        var packing = new WordPacking(AwqConfig.Bits, Transposed: true, AlongFirst: false) { Places = GemmPlaces };
        int rows = ModuleTensors.Length(words, words.Shape[1] * 8, "outputs");
        int columns = ModuleTensors.Length(words, words.Shape[0], "inputs");
        ColumnGroups groups = Groups(config, words, columns);
        SafetensorsTensor scales = tensors.Get(ScalesPart, TensorNumbers.Floats, groups.Count, rows);
        SafetensorsTensor? zeros = config.HasZeros ? tensors.Get(ZerosPart, [SafetensorsDType.I32], groups.Count, words.Shape[1]) : null;
        return Matrix(
            tensors, words, rows, columns, groups, new PackedWords(words, packing, columns),
            new ScaleTensor(scales, groups.Count, rows, transposed: true), TensorNumbers.TypeOf(scales),
            zeros is null ? null : new PackedWords(zeros, packing, groups.Count));
    }

    private static QuantizedMatrix OpenGemv(AwqConfig config, ModuleTensors tensors, SafetensorsTensor words)
    {
        var packing = new WordPacking(AwqConfig.Bits, Transposed: false, AlongFirst: false);
        int rows = ModuleTensors.Length(words, words.Shape[0], "outputs");
        int columns = ModuleTensors.Length(words, words.Shape[1] * 8, "inputs");
        ColumnGroups groups = Groups(config, words, columns);
        SafetensorsTensor scales = tensors.Get(ScalesPart, TensorNumbers.Floats, rows, ModuleTensors.Any);
        CheckPadded(scales, scales.Shape[1], groups.Count);
        SafetensorsTensor? zeros = config.HasZeros ? tensors.Get(ZerosPart, [SafetensorsDType.I32], rows, ModuleTensors.Any) : null;
        if (zeros is not null) CheckPadded(zeros, zeros.Shape[1] * 8, groups.Count);
        return Matrix(
            tensors, words, rows, columns, groups, new PackedWords(words, packing, columns),
            new ScaleTensor(scales, groups.Count, scales.Shape[1]), TensorNumbers.TypeOf(scales),
            zeros is null ? null : new PackedWords(zeros, packing, groups.Count));
    }

    private static QuantizedMatrix OpenInterleaved(AwqConfig config, ModuleTensors tensors, SafetensorsTensor words)
    {
        int rows = ModuleTensors.Length(words, words.Shape[0] * InterleavedNibbles.Interleave, "outputs");
        int columns = ModuleTensors.Length(words, words.Shape[1], "inputs");
        if (columns % InterleavedNibbles.Stride != 0)
            throw ModuleTensors.Error(words, $"{columns} inputs", $"a multiple of {InterleavedNibbles.Stride}");
        ColumnGroups groups = Groups(config, words, columns);
        SafetensorsTensor scales = tensors.Get(ScalesPart, TensorNumbers.Floats, ModuleTensors.Any, rows);
        CheckPadded(scales, scales.Shape[0], groups.Count);
        string offsetsPart = tensors.Has(ScaledZerosPart) ? ScaledZerosPart : ZerosPart;
        SafetensorsTensor offsets = tensors.Get(offsetsPart, [scales.DType], ModuleTensors.Any, rows);
        CheckPadded(offsets, offsets.Shape[0], groups.Count);
        return new QuantizedMatrix(
            words.File, tensors.Module, rows, columns, new InterleavedNibbles(words, columns),
            new ScaleTensor(scales, groups.Count, rows, transposed: true), new ScaleTensor(offsets, groups.Count, rows, transposed: true))
        {
            Grid = CodeGrid.Integer(AwqConfig.Bits),
            Groups = groups,
            Center = CenterKind.Offset,
            Compute = TensorNumbers.TypeOf(scales),
            Tensors = tensors.Taken,
        };
    }

    private static QuantizedMatrix Matrix(
        ModuleTensors tensors, SafetensorsTensor words, int rows, int columns, ColumnGroups groups, IntegerTable codes, FloatTable scales,
        ComputeType compute, IntegerTable? zeros) =>
        new(words.File, tensors.Module, rows, columns, codes, scales, zeros is null ? null : new IntegerZeros(zeros, groups.Count))
        {
            Grid = CodeGrid.Integer(AwqConfig.Bits, zeros is null ? 1 << (AwqConfig.Bits - 1) : 0),
            Groups = groups,
            Center = zeros is null ? CenterKind.None : CenterKind.ZeroPoint,
            Compute = compute,
            Tensors = tensors.Taken,
        };

    private static ColumnGroups Groups(AwqConfig config, SafetensorsTensor words, int columns)
    {
        int size = config.GroupSize < 0 ? columns : config.GroupSize;
        if (columns % size != 0) throw ModuleTensors.Error(words, $"{columns} inputs", $"a multiple of the group size {size}");
        return ColumnGroups.Of(columns, size);
    }

    private static void CheckPadded(SafetensorsTensor tensor, long found, int groups)
    {
        if (found < groups) throw ModuleTensors.Error(tensor, $"{found} groups", $"{groups} or more");
    }
}
