using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// GPTQ: <c>qweight</c> I32 [in b / 32, out] packed along the inputs, <c>scales</c> [groups, out], <c>qzeros</c> I32 [groups, out b / 32]
/// packed along the outputs, <c>g_idx</c> I32 [in]. w = (q - z) s, rounded in the scales' type (AutoGPTQ, qlinear_cuda.py; GPTQModel,
/// qlinear/torch.py).
/// </summary>
internal static class GptqLayout
{
    private const string CodesPart = ".qweight";
    private const string ScalesPart = ".scales";
    private const string IndexPart = ".g_idx";

    public static QuantizedMatrix? Open(GptqConfig config, ModuleTensors tensors)
    {
        if (!tensors.Has(CodesPart)) return null;
        SafetensorsTensor words = tensors.Get(CodesPart, [SafetensorsDType.I32], ModuleTensors.Any, ModuleTensors.Any);
        GptqSettings settings = config.SettingsOf(tensors.Module)
            ?? throw ModuleTensors.Error(words, "codes of a module that \"dynamic\" leaves out", "a plain weight");
        int rows = ModuleTensors.Length(words, words.Shape[1], "outputs");
        var packing = new WordPacking(settings.Bits, Transposed: true, AlongFirst: true);
        SafetensorsTensor? index = tensors.Find(IndexPart);
        int columns = Columns(words, packing, index);

        int groupSize = settings.GroupSize < 0 ? columns : settings.GroupSize;
        int groups = (columns - 1) / groupSize + 1;
        SafetensorsTensor scales = tensors.Get(ScalesPart, TensorNumbers.Floats, groups, rows);
        ColumnGroups columnGroups =
            index is null ? ColumnGroups.Of(columns, groupSize) : GroupIndex.Read(index, columns, groups, groupSize);
        (int constant, FloatTable? zeros) = GptqZeros.Open(config, settings, tensors, rows, groups);
        return new QuantizedMatrix(
            words.File, tensors.Module, rows, columns, new PackedWords(words, packing, columns),
            new ScaleTensor(scales, groups, rows, transposed: true), zeros)
        {
            Grid = CodeGrid.Integer(settings.Bits, constant),
            Groups = columnGroups,
            Center = zeros is null ? CenterKind.None : CenterKind.ZeroPoint,
            Compute = TensorNumbers.TypeOf(scales),
            Tensors = tensors.Taken,
        };
    }

    private static int Columns(SafetensorsTensor words, WordPacking packing, SafetensorsTensor? index)
    {
        if (index is null)
        {
            long bits = words.Shape[0] * 32;
            if (bits % packing.Bits != 0)
                throw ModuleTensors.Error(words, $"{words.Shape[0]} words along the inputs", $"whole codes of {packing.Bits} bits");
            return ModuleTensors.Length(words, bits / packing.Bits, "inputs");
        }
        ModuleTensors.CheckShape(index, ModuleTensors.Any);
        int columns = ModuleTensors.Length(index, index.Shape[0], "inputs");
        ModuleTensors.CheckShape(words, packing.Words(columns), words.Shape[1]);
        return columns;
    }
}
