namespace Engine.Formats.Checkpoints.Configs;

/// <summary>Reads one member of config_groups.</summary>
internal static class CompressedGroupReader
{
    /// <summary>Reads it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="section">Its value.</param>
    /// <param name="generalFormat">The format that stands outside the groups.</param>
    /// <exception cref="ModelFormatException">Something in it is missing, unknown or contradictory.</exception>
    public static CompressedGroup Read(string name, ConfigSection section, string? generalFormat)
    {
        ConfigSection weights = section.Section("weights");
        string format = section.FindString("format") ?? generalFormat
            ?? throw section.Error("format", "nothing", "the format of the weights");
        int bits = weights.Int("num_bits", 1, 32);
        bool isFloat = IsFloat(weights);
        CompressedFormat kind = ReadFormat(section, format);
        bool fits = kind switch
        {
            CompressedFormat.Packed => !isFloat && bits is >= 2 and <= 8,
            CompressedFormat.Bytes => bits == 8 || (bits is >= 2 and < 8 && !isFloat),
            CompressedFormat.MxFp8 => isFloat && bits == 8,
            _ => isFloat && bits == 4,
        };
        if (!fits)
        {
            string found = $"{bits} bits of type {(isFloat ? "float" : "int")}";
            throw weights.Error("num_bits", found, $"what the format {format} stores");
        }
        CompressedStrategy strategy = ReadStrategy(weights);
        int groupSize = strategy == CompressedStrategy.Group ? weights.Int("group_size", 1, int.MaxValue) : 0;
        (int, int) block = strategy != CompressedStrategy.Block
            ? default
            : weights.FindSizes("block_structure") ?? throw weights.Error("block_structure", "nothing", "rows and columns of a block");
        ConfigSection? inputs = section.FindSection("input_activations");
        return new CompressedGroup(
            name, kind, bits, isFloat, weights.Bool("symmetric", true), strategy, groupSize, block,
            inputs is null ? null : ReadActivations(inputs))
        {
            Targets = ModuleTargets.Read(section, "targets"),
        };
    }

    private static CompressedFormat ReadFormat(ConfigSection section, string format) => format switch
    {
        "pack-quantized" => CompressedFormat.Packed,
        "int-quantized" or "float-quantized" or "naive-quantized" => CompressedFormat.Bytes,
        "nvfp4-pack-quantized" => CompressedFormat.NvFp4,
        "mxfp4-pack-quantized" => CompressedFormat.MxFp4,
        "mxfp8-quantized" => CompressedFormat.MxFp8,
        _ => throw section.Error(
            "format", $"\"{ModelFormatException.Shown(format)}\"",
            "pack-quantized, int-quantized, float-quantized, naive-quantized, nvfp4-pack-quantized, mxfp4-pack-quantized or mxfp8-quantized"),
    };

    private static CompressedStrategy ReadStrategy(ConfigSection weights)
    {
        // Older files leave it out; then a group size decides.
        int groupSize = weights.Int("group_size", -1, int.MaxValue, 0);
        string strategy = weights.FindString("strategy") ?? (groupSize > 0 ? "group" : groupSize < 0 ? "channel" : "tensor");
        return strategy switch
        {
            "tensor" => CompressedStrategy.Tensor,
            "channel" => CompressedStrategy.Channel,
            "group" or "tensor_group" => CompressedStrategy.Group,
            "block" => CompressedStrategy.Block,
            _ => throw weights.Error("strategy", weights.ShownValue("strategy"), "tensor, channel, group, tensor_group or block"),
        };
    }

    private static ActivationQuantization ReadActivations(ConfigSection inputs)
    {
        ActivationGranularity granularity = inputs.FindString("strategy") switch
        {
            null or "tensor" => ActivationGranularity.Tensor,
            "token" => ActivationGranularity.Token,
            "group" or "tensor_group" => ActivationGranularity.Group,
            _ => throw inputs.Error("strategy", inputs.ShownValue("strategy"), "tensor, token, group or tensor_group"),
        };
        // "local": the groups' scales are dynamic, the scale of scales is not.
        bool dynamic = inputs.ShownValue("dynamic") == "\"local\"" || inputs.Bool("dynamic", false);
        int groupSize = granularity == ActivationGranularity.Group ? inputs.Int("group_size", 1, int.MaxValue) : 0;
        return new ActivationQuantization(
            inputs.Int("num_bits", 1, 16), IsFloat(inputs), inputs.Bool("symmetric", true), granularity, groupSize, dynamic);
    }

    private static bool IsFloat(ConfigSection args) => (args.FindString("type") ?? "int") switch
    {
        "int" => false,
        "float" => true,
        _ => throw args.Error("type", args.ShownValue("type"), "int or float"),
    };
}
