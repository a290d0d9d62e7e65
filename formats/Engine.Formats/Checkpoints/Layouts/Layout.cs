using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Storage;

namespace Engine.Formats.Checkpoints.Layouts;

/// <summary>Chooses the layout of a module's tensors.</summary>
internal static class Layout
{
    /// <summary>Opens the weights of a module; null where none of the tensors that the method uses is there.</summary>
    /// <exception cref="ModelFormatException">The module's tensors are not what the layout demands.</exception>
    public static QuantizedMatrix? Open(QuantizationConfig config, ModuleTensors tensors) => config switch
    {
        GptqConfig gptq => GptqLayout.Open(gptq, tensors),
        AwqConfig awq => AwqLayout.Open(awq, tensors),
        BitsAndBytesConfig { FourBit: true } => BitsAndBytes4Layout.Open(tensors),
        BitsAndBytesConfig int8 => BitsAndBytes8Layout.Open(int8, tensors),
        CompressedTensorsConfig compressed => CompressedLayout.Open(compressed, tensors),
        Fp8Config fp8 => Fp8Layout.Open(fp8, tensors),
        ModelOptConfig modelOpt => ModelOptLayout.Open(modelOpt, tensors),
        Mxfp4Config => Mxfp4ExpertsLayout.Open(tensors),
        TorchAoConfig => TorchAoLayout.Open(tensors),
        HqqConfig hqq => HqqLayout.Open(hqq, tensors),
        _ => throw new ArgumentException($"No layout for {config.GetType().Name}.", nameof(config)),
    };
}
