namespace Engine.Formats.Checkpoints.Configs;

/// <summary>GPTQ as AutoGPTQ and GPTQModel write it.</summary>
/// <param name="File">Path of the file that says so.</param>
public sealed record GptqConfig(string File) : QuantizationConfig(File)
{
    private const string DynamicKey = "dynamic";

    private static readonly int[] KnownBits = [2, 3, 4, 8];

    /// <summary>Bits and groups of all modules that <see cref="Dynamic"/> does not change.</summary>
    public required GptqSettings Settings { get; init; }

    /// <summary>checkpoint_format gptq: zero points are stored less one. Otherwise gptq_v2: as they are.</summary>
    public required bool ZerosLessOne { get; init; }

    /// <summary>Whether GPTQModel wrote the file.</summary>
    public required bool FromGptqModel { get; init; }

    /// <inheritdoc/>
    public override string Description => $"GPTQ, {Settings.Bits} bit, {GroupText(Settings.GroupSize)}";

    /// <summary>Exceptions, the first that matches counts.</summary>
    internal IReadOnlyList<DynamicRule> Dynamic { get; init; } = [];

    /// <summary>The settings of a module; null where it is left out of quantizing.</summary>
    /// <exception cref="ModelFormatException">A pattern takes too long.</exception>
    public GptqSettings? SettingsOf(string module)
    {
        foreach (DynamicRule rule in Dynamic)
        {
            if (rule.Pattern.Matches(module)) return rule.Settings;
        }
        return Settings;
    }

    internal static GptqConfig Read(ConfigSection section)
    {
        GptqSettings settings = ReadSettings(section, null);
        string formatKey = section.FirstOf("checkpoint_format", "format");
        string format = section.FindString(formatKey) ?? "gptq";
        if (format is not ("gptq" or "gptq_v2")) throw section.Error(formatKey, section.ShownValue(formatKey), "gptq or gptq_v2");
        if (section.Bool("is_marlin_format", false)) throw section.Error("is_marlin_format", "true", "false: Marlin's order is not read");
        string[] writers = section.FindSection("meta")?.StringOrStrings("quantizer") ?? [];
        return new GptqConfig(section.File)
        {
            Settings = settings,
            ZerosLessOne = format == "gptq",
            FromGptqModel = writers.Any(writer => writer.StartsWith("gptqmodel", StringComparison.OrdinalIgnoreCase)),
            Dynamic = [.. section.FindSection(DynamicKey)?.Members().Select(rule => ReadRule(section, rule, settings)) ?? []],
        };
    }

    private static DynamicRule ReadRule(ConfigSection section, (string Key, ConfigSection Value) rule, GptqSettings settings)
    {
        bool skip = rule.Key.StartsWith("-:", StringComparison.Ordinal);
        string pattern = skip || rule.Key.StartsWith("+:", StringComparison.Ordinal) ? rule.Key[2..] : rule.Key;
        return new DynamicRule(section.Pattern(DynamicKey, pattern), skip ? null : ReadSettings(rule.Value, settings));
    }

    private static GptqSettings ReadSettings(ConfigSection section, GptqSettings? general)
    {
        int bits = general is null ? section.Int("bits", 1, 32) : section.Int("bits", 1, 32, general.Bits);
        if (!KnownBits.Contains(bits)) throw section.Error("bits", $"{bits}", "2, 3, 4 or 8");
        int groupSize = general is null
            ? section.Int("group_size", -1, int.MaxValue)
            : section.Int("group_size", -1, int.MaxValue, general.GroupSize);
        if (groupSize == 0) throw section.Error("group_size", "0", "-1 or a positive number");
        bool symmetric = section.Bool("sym", general?.Symmetric ?? true);
        return new GptqSettings(bits, groupSize, symmetric, section.Bool("desc_act", general?.DescAct ?? false));
    }

    /// <summary>An exception to the settings.</summary>
    /// <param name="Pattern">Names of modules.</param>
    /// <param name="Settings">Theirs; null where they are left out of quantizing.</param>
    internal sealed record DynamicRule(ModulePattern Pattern, GptqSettings? Settings);
}

/// <summary>How GPTQ quantized a module.</summary>
/// <param name="Bits">2, 3, 4 or 8.</param>
/// <param name="GroupSize">Columns that share a scale; -1 for a whole row.</param>
/// <param name="Symmetric">Whether all zero points are the middle code.</param>
/// <param name="DescAct">Whether groups may lie out of order.</param>
public sealed record GptqSettings(int Bits, int GroupSize, bool Symmetric, bool DescAct);
