namespace Engine.Formats.Checkpoints.Configs;

/// <summary>bitsandbytes: 4 bits in blocks, or LLM.int8().</summary>
/// <param name="File">Path of the file that says so.</param>
/// <param name="FourBit">Whether weights have 4 bits; 8 otherwise.</param>
/// <param name="OutlierThreshold">LLM.int8(): input columns that reach this magnitude are not quantized; 0 for none.</param>
public sealed record BitsAndBytesConfig(string File, bool FourBit, float OutlierThreshold) : QuantizationConfig(File)
{
    /// <inheritdoc/>
    public override string Description => FourBit ? "bitsandbytes, 4 bit" : "bitsandbytes, LLM.int8()";

    internal static BitsAndBytesConfig Read(ConfigSection section)
    {
        bool four = section.Bool("load_in_4bit", section.Bool("_load_in_4bit", false));
        bool eight = section.Bool("load_in_8bit", section.Bool("_load_in_8bit", false));
        if (four == eight)
        {
            const string expected = "true where load_in_8bit is false, or the reverse";
            throw section.Error("load_in_4bit", section.ShownValue("load_in_4bit"), expected);
        }
        return new BitsAndBytesConfig(section.File, four, (float)section.Number("llm_int8_threshold", 6));
    }
}
