namespace Engine.Formats.Checkpoints.Configs;

/// <summary>
/// The targets or the ignore list of compressed-tensors: names of modules, "re:" and a regular expression, or classes of modules. Of
/// classes only Linear and Embedding are known, and told by the name.
/// </summary>
internal sealed class ModuleTargets
{
    private const string RegexPrefix = "re:";

    private readonly HashSet<string> _names;
    private readonly ModulePattern[] _patterns;

    private ModuleTargets(HashSet<string> names, ModulePattern[] patterns) => (_names, _patterns) = (names, patterns);

    /// <summary>A list of nothing.</summary>
    public static ModuleTargets None { get; } = new([], []);

    /// <summary>Reads a list, which is empty where the key is missing.</summary>
    /// <exception cref="ModelFormatException">It is no list of texts, or a regular expression is none.</exception>
    public static ModuleTargets Read(ConfigSection section, string key)
    {
        var names = new HashSet<string>(section.Strings(key), StringComparer.Ordinal);
        IEnumerable<string> patterns = names.Where(name => name.StartsWith(RegexPrefix, StringComparison.Ordinal));
        return new ModuleTargets(names, [.. patterns.Select(name => section.Pattern(key, name[RegexPrefix.Length..]))]);
    }

    /// <summary>How well the list fits a module; the closest fit of several lists counts.</summary>
    /// <exception cref="ModelFormatException">A regular expression takes too long.</exception>
    public TargetFit FitOf(string module)
    {
        if (_names.Contains(module)) return TargetFit.Name;
        if (Array.Exists(_patterns, pattern => pattern.Matches(module))) return TargetFit.Pattern;
        bool isEmbedding = module.EndsWith("embed_tokens", StringComparison.Ordinal) || module.EndsWith("wte", StringComparison.Ordinal);
        return _names.Contains(isEmbedding ? "Embedding" : "Linear") ? TargetFit.Class : TargetFit.None;
    }
}

/// <summary>How a list of targets fits a module.</summary>
internal enum TargetFit
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>By its class.</summary>
    Class,

    /// <summary>By a regular expression.</summary>
    Pattern,

    /// <summary>By its name.</summary>
    Name,
}
