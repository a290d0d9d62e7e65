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

    IWeightSource? IWeightCodec.Find(string module) => Find(module);
}
