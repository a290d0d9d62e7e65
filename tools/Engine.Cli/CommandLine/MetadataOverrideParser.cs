using System.Globalization;
using Engine.Formats.Gguf;

namespace Engine.Cli.CommandLine;

/// <summary>
/// Reads llama.cpp's notation of a metadata value: <c>key=str:text</c>, <c>key=int:7</c>, <c>key=float:0.5</c>, <c>key=bool:true</c>.
/// </summary>
internal static class MetadataOverrideParser
{
    /// <summary>The values by key; of a key given twice the last one counts.</summary>
    /// <exception cref="UsageException">One is not in the notation.</exception>
    public static Dictionary<string, GgufValue> Parse(IEnumerable<string> entries)
    {
        var values = new Dictionary<string, GgufValue>();
        foreach (string entry in entries)
        {
            int equals = entry.IndexOf('=');
            int colon = entry.IndexOf(':', Math.Max(equals, 0));
            GgufValue? value = equals > 0 && colon > equals ? Parse(entry[(equals + 1)..colon], entry[(colon + 1)..]) : null;
            if (value is null)
                throw new UsageException($"--override-kv: '{entry}' is not of the form KEY=TYPE:VALUE with TYPE int, float, bool or str");
            values[entry[..equals]] = value;
        }
        return values;
    }

    private static GgufValue? Parse(string type, string text) => type switch
    {
        "str" => GgufValue.Of(text),
        "int" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => GgufValue.Of(number),
        "float" when float.TryParse(text, CultureInfo.InvariantCulture, out float number) => GgufValue.Of(number),
        "bool" when bool.TryParse(text, out bool flag) => GgufValue.Of(flag),
        _ => null,
    };
}
