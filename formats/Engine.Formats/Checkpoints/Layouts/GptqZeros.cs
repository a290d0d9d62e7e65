using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// The zero points of GPTQ. Format v1 stores each less one, v2 as it is; files exist that say one and do the other (a Qwen3.5-27B-GPTQ-Int4
/// says v1 and stores 8s, vLLM issue 38966). In a symmetric module all are the middle code, which tells what was stored.
/// </summary>
/// <remarks>
/// A zero point of 0 in v1: GPTQModel subtracts from a whole word at once, so the 0 borrows from its neighbour, and adding to the whole
/// word gives both back. AutoGPTQ's own reader adds to each field alone and drops what overflows. Both are read as their writers do;
/// GPTQModel's 3-bit fields are added to one by one.
/// </remarks>
internal static class GptqZeros
{
    private const string ZerosPart = ".qzeros";

    /// <summary>Opens them.</summary>
    /// <returns>The one zero point that all have, or the table of them.</returns>
    public static (int Constant, FloatTable? Zeros) Open(
        GptqConfig config, GptqSettings settings, ModuleTensors tensors, int rows, int groups)
    {
        int middle = 1 << (settings.Bits - 1);
        if (settings.Symmetric && !tensors.Has(ZerosPart)) return (middle, null);
        var packing = new WordPacking(settings.Bits, Transposed: true, AlongFirst: false);
        SafetensorsTensor words = tensors.Get(ZerosPart, [SafetensorsDType.I32], groups, packing.Words(rows));
        if (settings.Symmetric && AllAreMiddle(new PackedWords(words, packing, groups), rows, groups, middle)) return (middle, null);

        int mask = (1 << settings.Bits) - 1;
        bool carries = config is { ZerosLessOne: true, FromGptqModel: true } && settings.Bits != 3;
        if (carries) packing = packing with { Addend = uint.MaxValue / (uint)mask };
        FloatTable zeros = new IntegerZeros(new PackedWords(words, packing, groups), groups);
        return (0, config.ZerosLessOne && !carries ? new MappedTable(zeros, groups, zero => ((int)zero + 1) & mask) : zeros);
    }

    private static bool AllAreMiddle(IntegerTable stored, int rows, int groups, int middle)
    {
        const int rowsAtOnce = 256;
        int first = -1;
        for (int row = 0; row < rows; row += rowsAtOnce)
        {
            int count = Math.Min(rowsAtOnce, rows - row);
            var zeros = new byte[count * groups];
            stored.Read(row, count, zeros);
            if (first < 0) first = zeros[0];
            if (zeros.AsSpan().ContainsAnyExcept((byte)first)) return false;
        }
        return first == middle || first == middle - 1;
    }
}
