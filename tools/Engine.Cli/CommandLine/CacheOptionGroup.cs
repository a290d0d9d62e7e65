using System.CommandLine;
using Engine.Formats;
using Engine.Kernels;

namespace Engine.Cli.CommandLine;

/// <summary>The options that say in which numbers keys and values are kept: -ctk, -ctv, --kv-rotation.</summary>
internal sealed class CacheOptionGroup
{
    private static readonly string[] Rotations = ["auto", "none", "k", "v", "kv"];

    private readonly Option<QuantType?> _keys = TypeOption("-ctk", ["--ctk", "--cache-type-k"], "keys");
    private readonly Option<QuantType?> _values = TypeOption("-ctv", ["--ctv", "--cache-type-v"], "values");
    private readonly Option<string?> _rotation = new("--kv-rotation")
    {
        Description = "Turn cached keys (k), values (v) or both (kv) by a Hadamard transform (default: auto, where it was measured to pay)",
        HelpName = "WHAT",
        DefaultValueFactory = _ => "auto",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!Rotations.Contains(text)) result.AddError($"--kv-rotation: '{text}' is none of {string.Join(", ", Rotations)}");
            return text;
        },
    };

    /// <summary>Adds the group to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_keys);
        command.Add(_values);
        command.Add(_rotation);
    }

    /// <summary>What was asked for.</summary>
    public KvCacheOptions Read(ParseResult parsed)
    {
        string rotation = parsed.GetValue(_rotation)!;
        return new KvCacheOptions
        {
            KeyType = parsed.GetValue(_keys),
            ValueType = parsed.GetValue(_values),
            RotateKeys = rotation == "auto" ? null : rotation.Contains('k', StringComparison.Ordinal),
            RotateValues = rotation == "auto" ? null : rotation.Contains('v', StringComparison.Ordinal),
        };
    }

    /// <summary>An option that takes llama.cpp's names of the types that a cache can keep.</summary>
    private static Option<QuantType?> TypeOption(string name, string[] aliases, string what) => new(name, aliases)
    {
        Description = $"Type of the cached {what} (default: f16, with --exact f32): {string.Join(", ", Names)}",
        HelpName = "TYPE",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (QuantTypes.TryParse(text, out QuantTypeInfo? info) && KvCacheOptions.Types.Contains(info.Type)) return info.Type;
            result.AddError($"{name}: '{text}' is not a type of the cache, expected {string.Join(", ", Names)}");
            return null;
        },
    };

    private static IEnumerable<string> Names => KvCacheOptions.Types.Select(type => type.ToString().ToLowerInvariant());
}
