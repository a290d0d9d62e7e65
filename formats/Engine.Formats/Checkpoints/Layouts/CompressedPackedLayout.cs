using System.Runtime.InteropServices;
using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// pack-quantized: <c>weight_packed</c> I32 [out, words of in codes], q + 2^(bits - 1) in a stream of bits; <c>weight_shape</c> [2];
/// <c>weight_g_idx</c> I32 [in] in older files. Releases up to 2025 left the rest of a word empty where the bits do not divide 32
/// (compressors/quantized_compressors/pack_quantized.py); the number of words tells.
/// </summary>
internal static class CompressedPackedLayout
{
    private const string ShapePart = ".weight_shape";
    private const string IndexPart = ".weight_g_idx";

    public static QuantizedMatrix Open(CompressedGroup group, ModuleTensors tensors)
    {
        (int rows, int columns) = ReadShape(tensors.Get(ShapePart));
        SafetensorsTensor words = tensors.Get(CompressedLayout.PackedPart, [SafetensorsDType.I32], rows, ModuleTensors.Any);
        WordPacking packing = Packing(words, words.Shape[1], columns, group.Bits);
        CompressedScales scales = CompressedScales.Open(group, tensors, rows, columns, TensorNumbers.Floats);
        FloatTable? zeros = CompressedZeros.Open(group, tensors, scales, rows);
        return new QuantizedMatrix(
            words.File, tensors.Module, rows, columns, new PackedWords(words, packing, columns), scales.Table, zeros)
        {
            Grid = CodeGrid.Integer(group.Bits, zeros is null ? 1 << (group.Bits - 1) : 0),
            Groups = Groups(tensors.Find(IndexPart), scales.Groups, columns),
            Center = zeros is null ? CenterKind.None : CenterKind.ZeroPoint,
            Compute = TensorNumbers.TypeOf(scales.Tensor),
            Activations = CompressedLayout.Activations(group, tensors),
            Tensors = tensors.Taken,
        };
    }

    /// <summary>How a run of integers was packed, by the number of its words.</summary>
    public static WordPacking Packing(SafetensorsTensor tensor, long words, int integers, int bits)
    {
        var dense = new WordPacking(bits, Transposed: false, AlongFirst: false);
        if (words == dense.Words(integers)) return dense;
        WordPacking whole = dense with { WholeWords = true };
        if (words == whole.Words(integers)) return whole;
        throw ModuleTensors.Error(tensor, $"{words} words for {integers} integers of {bits} bits", $"{dense.Words(integers)}");
    }

    private static ColumnGroups Groups(SafetensorsTensor? index, ColumnGroups groups, int columns)
    {
        if (index is null) return groups;
        ModuleTensors.CheckType(index, SafetensorsDType.I32);
        ModuleTensors.CheckShape(index, columns);
        // A list of -1 was never filled in: the groups are in order.
        var first = new int[1];
        index.Read(0, MemoryMarshal.AsBytes(first.AsSpan()));
        return first[0] == -1 ? groups : GroupIndex.Read(index, columns, groups.Count, groups.Size);
    }

    private static (int Rows, int Columns) ReadShape(SafetensorsTensor tensor)
    {
        ModuleTensors.CheckType(tensor, SafetensorsDType.I64, SafetensorsDType.I32);
        ModuleTensors.CheckShape(tensor, 2);
        Span<long> shape = stackalloc long[2];
        if (tensor.DType == SafetensorsDType.I64)
        {
            tensor.Read(0, MemoryMarshal.AsBytes(shape));
        }
        else
        {
            Span<int> narrow = stackalloc int[2];
            tensor.Read(0, MemoryMarshal.AsBytes(narrow));
            (shape[0], shape[1]) = (narrow[0], narrow[1]);
        }
        return (ModuleTensors.Length(tensor, shape[0], "outputs"), ModuleTensors.Length(tensor, shape[1], "inputs"));
    }
}
