using System.Globalization;

namespace Engine.Tokenization;

/// <summary>
/// The first code point of a character's full canonical decomposition: the letter without its accents. A table of our own, because .NET
/// normalises nothing where globalization is invariant, and because tokens must not depend on the host's settings.
/// </summary>
internal static class CanonicalBase
{
    private const int HangulFirst = 0xAC00;
    private const int HangulLast = 0xD7A3;
    private const int LeadFirst = 0x1100;
    private const int SyllablesPerLead = 588;

    private static readonly Lazy<Dictionary<int, int>> Bases = new(Read);

    /// <summary>The base of a code point; the code point itself where it has no decomposition.</summary>
    public static int Get(int codePoint) => codePoint switch
    {
        < 0xC0 => codePoint,
        >= HangulFirst and <= HangulLast => LeadFirst + (codePoint - HangulFirst) / SyllablesPerLead,
        _ => Bases.Value.GetValueOrDefault(codePoint, codePoint),
    };

    private static Dictionary<int, int> Read()
    {
        using Stream stream = typeof(CanonicalBase).Assembly.GetManifestResourceStream("Engine.Tokenization.CanonicalBases.txt")!;
        using var reader = new StreamReader(stream);
        var bases = new Dictionary<int, int>();
        while (reader.ReadLine() is string line)
        {
            if (line.StartsWith('#')) continue;
            string[] parts = line.Split(' ', '-');
            int first = Hex(parts[0]);
            for (int codePoint = first; codePoint <= (parts.Length == 3 ? Hex(parts[1]) : first); codePoint++)
                bases.Add(codePoint, Hex(parts[^1]));
        }
        return bases;
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
