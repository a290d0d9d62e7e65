using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// quant_method "fp8": <c>weight</c> E4M3 [out, in] and <c>weight_scale_inv</c>, which despite its name multiplies, one for each block or
/// for all; F32, BF16 or a power of two (E8M0). Computed in F32 (transformers, Fp8Dequantize; DeepSeek-V3, fp8_cast_bf16.py).
/// </summary>
internal static class Fp8Layout
{
    private const string WeightPart = ".weight";
    private const string ScalePart = ".weight_scale_inv";

    public static QuantizedMatrix? Open(Fp8Config config, ModuleTensors tensors)
    {
        if (!tensors.Has(ScalePart)) return null;
        SafetensorsTensor scale = tensors.Get(ScalePart);
        ModuleTensors.CheckType(scale, SafetensorsDType.F32, SafetensorsDType.BF16, SafetensorsDType.F8_E8M0);
        SafetensorsTensor? input = tensors.Find(".activation_scale") ?? tensors.Find(".input_scale");
        ActivationGranularity granularity = config.Block is null ? ActivationGranularity.Tensor : ActivationGranularity.Group;
        var activations = new ActivationQuantization(
            8, IsFloat: true, Symmetric: true, granularity, config.Block?.Columns ?? 0, config.DynamicActivations,
            input is null ? null : StaticScale.Read(input));
        return OpenBlocks(tensors, scale, config.Block ?? (int.MaxValue, int.MaxValue), activations);
    }

    /// <summary>E4M3 weights with a scale for each rectangle, computed in F32.</summary>
    /// <param name="tensors">The module's tensors.</param>
    /// <param name="scale">The scales, rectangle after rectangle.</param>
    /// <param name="block">Rows and columns of a rectangle; more than the matrix has for all of them.</param>
    /// <param name="activations">How inputs are quantized.</param>
    public static QuantizedMatrix OpenBlocks(
        ModuleTensors tensors, SafetensorsTensor scale, (int Rows, int Columns) block, ActivationQuantization? activations)
    {
        SafetensorsTensor codes = tensors.Get(WeightPart, [SafetensorsDType.F8_E4M3], ModuleTensors.Any, ModuleTensors.Any);
        int rows = ModuleTensors.Length(codes, codes.Shape[0], "outputs");
        int columns = ModuleTensors.Length(codes, codes.Shape[1], "inputs");
        ColumnGroups groups = ColumnGroups.Of(columns, block.Columns);
        long entries = (rows - 1) / block.Rows + 1;
        // Only the order counts: ModelOpt writes [blocks, 1, blocks, 1], others leave out axes of length 1.
        ModuleTensors.CheckElements(scale, entries * groups.Count);
        return new QuantizedMatrix(
            codes.File, tensors.Module, rows, columns, new ByteIntegers(codes, columns),
            new ScaleTensor(scale, groups.Count, groups.Count, block.Rows))
        {
            Grid = CodeGrid.E4M3,
            Groups = groups,
            Compute = ComputeType.F32,
            Activations = activations,
            Tensors = tensors.Taken,
        };
    }
}
