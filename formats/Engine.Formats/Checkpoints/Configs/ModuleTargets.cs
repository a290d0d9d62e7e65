namespace Engine.Formats.Checkpoints.Configs;

/// <summary>
/// The targets or the ignore list of compressed-tensors: names of modules, "re:" and a regular expression, or classes of modules. Of
/// classes only Linear and Embedding are known, and told by the name.
/// </summary>
internal sealed class ModuleTargets
{
    private const string RegexPrefix = "re:";

    private readonly HashSet<string> _names;
    private readonly List<ModulePattern> _patterns = [];

    /// <summary>Makes the list.</summary>
    /// <exception cref="ModelFormatException">A regular expression is none.</exception>
    public ModuleTargets(string file, string key, IEnumerable<string> targets)
    {
        _names = new HashSet<string>(targets, StringComparer.Ordinal);
        foreach (string target in _names.Where(target => target.StartsWith(RegexPrefix, StringComparison.Ordinal)))
            _patterns.Add(new ModulePattern(file, key, target[RegexPrefix.Length..]));
    }

    /// <summary>A list of nothing.</summary>
    public static ModuleTargets None { get; } = new("", "", []);

    /// <summary>How well the list fits a module; the closest fit of several lists counts.</summary>
    /// <exception cref="ModelFormatException">A regular expression takes too long.</exception>
    public TargetFit FitOf(string module)
    {
        if (_names.Contains(module)) return TargetFit.Name;
        if (_patterns.Exists(pattern => pattern.Matches(module))) return TargetFit.Pattern;
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
