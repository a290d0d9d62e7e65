using System.Globalization;
using Engine.Cli.CommandLine;
using Engine.Formats;
using Engine.Quantization.Mixes;

namespace Engine.Cli.Quantization;

/// <summary>Reads the names of types from the command line.</summary>
internal static class TypeNames
{
    /// <summary>A file type by name, or by llama.cpp's number.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static FileType File(string text)
    {
        if (FileTypes.TryParse(text, out FileType? type)) return type;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            && FileTypes.All.FirstOrDefault(candidate => candidate.Id == id) is { } numbered)
        {
            return numbered;
        }
        throw new UsageException($"TYPE: '{text}' is no file type, expected one of {string.Join(' ', FileTypes.All)}");
    }

    /// <summary>The type of a tensor; null where the option is not given.</summary>
    /// <exception cref="UsageException">There is none of that name for weights.</exception>
    public static QuantType? Tensor(string option, string? text)
    {
        if (text is null) return null;
        return QuantTypes.TryParse(text, out QuantTypeInfo? info) && info.CanDecode
            ? info.Type
            : throw new UsageException($"{option}: there is no type '{text}' for weights");
    }

    /// <summary>Types by name of tensors: REGEX=TYPE.</summary>
    /// <exception cref="UsageException">One is not of that form.</exception>
    public static IReadOnlyList<TypeOverride> Overrides(string option, IEnumerable<string> texts)
    {
        var overrides = new List<TypeOverride>();
        foreach (string text in texts)
        {
            if (!TypeOverride.TryParse(text, out TypeOverride? value, out string? problem)) throw new UsageException($"{option}: {problem}");
            overrides.Add(value);
        }
        return overrides;
    }

    /// <summary>Types by name of tensors from a file of REGEX=TYPE, separated by spaces or lines; none where there is no file.</summary>
    /// <exception cref="UsageException">One is not of that form.</exception>
    public static IReadOnlyList<TypeOverride> OverridesOf(string option, string? path) =>
        path is null
            ? []
            : Overrides($"{option}: {path}", TextFiles.Read(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
