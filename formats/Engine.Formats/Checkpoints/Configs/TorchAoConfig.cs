namespace Engine.Formats.Checkpoints.Configs;

/// <summary>torchao. How a tensor is quantized stands in the metadata of the safetensors file.</summary>
/// <param name="File">Path of the file that says so.</param>
public sealed record TorchAoConfig(string File) : QuantizationConfig(File)
{
    /// <inheritdoc/>
    public override string Description => "torchao, int8";
}
