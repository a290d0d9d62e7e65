using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>
/// NVIDIA's ModelOpt. FP8: <c>weight</c> E4M3 and <c>weight_scale</c>. NVFP4: <c>weight</c> U8 [out, in / 2], the even code in the low
/// nibble, <c>weight_scale</c> E4M3 [out, in / 16] and <c>weight_scale_2</c>, which multiplies them; computed in F32
/// (modelopt/torch/quantization/qtensor/nvfp4_tensor.py).
/// </summary>
internal static class ModelOptLayout
{
    private const string WeightPart = ".weight";
    private const string ScalePart = ".weight_scale";
    private const string GlobalScalePart = ".weight_scale_2";
    private const string PreScalePart = ".pre_quant_scale";
    private const int BlockSize = 128;

    public static QuantizedMatrix? Open(ModelOptConfig config, ModuleTensors tensors)
    {
        if (!tensors.Has(ScalePart)) return null;
        SafetensorsTensor scale = tensors.Get(ScalePart);
        ModelOptAlgorithm algorithm = config.AlgorithmOf(tensors.Module) ?? throw new ModelFormatException(
            config.File, tensors.Module, "quantized tensors of a module without an algorithm", "one in quantized_layers");
        if (tensors.Find(PreScalePart) is { } pre)
            throw ModuleTensors.Error(pre, "factors of the inputs", "a checkpoint with them folded into the layer before");
        SafetensorsTensor? input = tensors.Find(".input_scale");
        float? inputScale = input is null ? null : StaticScale.Read(input);
        if (algorithm == ModelOptAlgorithm.NvFp4) return OpenNvFp4(config, tensors, scale, inputScale);

        ModuleTensors.CheckType(scale, TensorNumbers.Floats);
        (int Rows, int Columns) block = algorithm switch
        {
            ModelOptAlgorithm.Fp8 => (int.MaxValue, int.MaxValue),
            ModelOptAlgorithm.Fp8PerChannel => (1, int.MaxValue),
            _ => (BlockSize, BlockSize),
        };
        return Fp8Layout.OpenBlocks(tensors, scale, block, Activations(algorithm, inputScale));
    }

    private static QuantizedMatrix OpenNvFp4(ModelOptConfig config, ModuleTensors tensors, SafetensorsTensor scale, float? inputScale)
    {
        SafetensorsTensor codes = tensors.Get(WeightPart, [SafetensorsDType.U8], ModuleTensors.Any, ModuleTensors.Any);
        int rows = ModuleTensors.Length(codes, codes.Shape[0], "outputs");
        int columns = ModuleTensors.Length(codes, codes.Shape[1] * 2, "inputs");
        ColumnGroups groups = ColumnGroups.Of(columns, config.GroupSize);
        ModuleTensors.CheckType(scale, SafetensorsDType.F8_E4M3);
        ModuleTensors.CheckShape(scale, rows, groups.Count);
        float global = StaticScale.Read(tensors.Get(GlobalScalePart));
        var scales = new MappedTable(new ScaleTensor(scale, groups.Count, groups.Count), groups.Count, local => local * global);
        return new QuantizedMatrix(codes.File, tensors.Module, rows, columns, new NibbleStream(codes, columns, highFirst: false), scales)
        {
            Grid = CodeGrid.E2M1,
            Groups = groups,
            Compute = ComputeType.F32,
            Activations = new ActivationQuantization(
                4, IsFloat: true, Symmetric: true, ActivationGranularity.Group, config.GroupSize, StaticScale: inputScale),
            Tensors = tensors.Taken,
        };
    }

    // Blocks of weights are for inputs that stay floats.
    private static ActivationQuantization? Activations(ModelOptAlgorithm algorithm, float? inputScale) => algorithm switch
    {
        ModelOptAlgorithm.Fp8 => new(
            8, IsFloat: true, Symmetric: true, ActivationGranularity.Tensor, Dynamic: inputScale is null, StaticScale: inputScale),
        ModelOptAlgorithm.Fp8PerChannel => new(8, IsFloat: true, Symmetric: true, ActivationGranularity.Token),
        _ => null,
    };
}
