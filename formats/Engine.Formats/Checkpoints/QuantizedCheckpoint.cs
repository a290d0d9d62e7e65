using Engine.Formats.Checkpoints.Configs;
using Engine.Formats.Checkpoints.Layouts;
using Engine.Formats.Checkpoints.Storage;
using Engine.Formats.Safetensors;

namespace Engine.Formats.Checkpoints;

/// <summary>A checkpoint in one of the quantized layouts. Safe to use from many threads at once.</summary>
/// <param name="config">How it is quantized.</param>
/// <param name="tensors">Its tensors; they are read as long as the checkpoint is used.</param>
public sealed class QuantizedCheckpoint(QuantizationConfig config, SafetensorsFile tensors) : IWeightCodec
{
    /// <summary>How the checkpoint is quantized.</summary>
    public QuantizationConfig Config => config;

    /// <inheritdoc/>
    public string Description => config.Description;

    /// <inheritdoc cref="IWeightCodec.Find"/>
    public QuantizedMatrix? Find(string module) => Layout.Open(config, new ModuleTensors(tensors, module));

    /// <summary>The scales that the checkpoint gives for quantized keys and values of a layer.</summary>
    /// <param name="attention">Name of the attention module, such as model.layers.0.self_attn.</param>
    /// <exception cref="ModelFormatException">A scale is no float or not finite.</exception>
    public CacheScales FindCacheScales(string attention) => CacheScaleTensors.Read(new ModuleTensors(tensors, attention));

    IWeightSource? IWeightCodec.Find(string module) => Find(module);
}
