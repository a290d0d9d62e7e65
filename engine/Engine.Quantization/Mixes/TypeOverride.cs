using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>A type for the tensors whose name a pattern finds: it goes before the mix.</summary>
/// <param name="Pattern">Searched anywhere in the name; it must have a time limit where it comes from outside.</param>
/// <param name="Type">The type.</param>
public sealed record TypeOverride(Regex Pattern, QuantType Type)
{
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(1);

    /// <summary>Reads REGEX=TYPE ("attn_v=q8_0", "blk\.[0-3]\.ffn_down=Q6_K"); case does not matter.</summary>
    /// <param name="text">The text; what follows its last equals sign is the type.</param>
    /// <param name="value">The override.</param>
    /// <param name="problem">What is wrong with the text: a sentence without its period.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out TypeOverride? value, [NotNullWhen(false)] out string? problem)
    {
        value = null;
        int separator = text.LastIndexOf('=');
        if (separator <= 0)
        {
            problem = $"\"{text}\" is not of the form REGEX=TYPE";
            return false;
        }
        string name = text[(separator + 1)..];
        if (!QuantTypes.TryParse(name, out QuantTypeInfo? type) || !type.CanDecode)
        {
            problem = $"there is no type \"{name}\" for weights";
            return false;
        }
        try
        {
            const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase;
            value = new TypeOverride(new Regex(text[..separator], Options, LongestSearch), type.Type);
        }
        catch (RegexParseException e)
        {
            problem = $"\"{text[..separator]}\" is no regular expression: {e.Error} at {e.Offset}";
            return false;
        }
        problem = null;
        return true;
    }
}
