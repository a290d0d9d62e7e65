namespace Engine.Formats.Checkpoints.Configs;

/// <summary>The MXFP4 experts of GPT-OSS.</summary>
/// <param name="File">Path of the file that says so.</param>
public sealed record Mxfp4Config(string File) : QuantizationConfig(File)
{
    /// <inheritdoc/>
    public override string Description => "MXFP4 experts";
}
