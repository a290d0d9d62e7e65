using System.Globalization;

namespace Engine.Tokenization.Unicode;

/// <summary>
/// Unicode data that .NET does not offer, or offers in a later version than the `tokenizers` library has: from UnicodeTables.txt, which
/// tools/unicode_tables.py makes and which names the versions.
/// </summary>
internal sealed class UnicodeTables
{
    private const string Resource = "Engine.Tokenization.UnicodeTables.txt";
    private static readonly Lazy<UnicodeTables> Instance = new(() => new UnicodeTables());

    private readonly Dictionary<string, List<string>> _sections = [];

    private UnicodeTables()
    {
        Read();
        Canonical = ReadMappings("canonical");
        Compatible = ReadMappings("compatible");
        Uncomposed = ReadSet("uncomposed");
        Controls = ReadSet("controls");
        Punctuation = ReadSet("punctuation");
        Nonspacing = ReadSet("nonspacing");
        Marks = ReadSet("marks");
        CombiningClasses = ReadClasses();
        _sections.Clear();
    }

    /// <summary>The tables, read when they are first needed.</summary>
    public static UnicodeTables Shared => Instance.Value;

    /// <summary>Canonical decompositions by one step, without those of Hangul syllables.</summary>
    public Dictionary<int, int[]> Canonical { get; }

    /// <summary>Compatibility decompositions by one step.</summary>
    public Dictionary<int, int[]> Compatible { get; }

    /// <summary>Code points that their canonical decomposition is not put together to again.</summary>
    public CodePointSet Uncomposed { get; }

    /// <summary>Combining classes other than 0.</summary>
    public Dictionary<int, byte> CombiningClasses { get; }

    /// <summary>Control and format characters and those of private use (categories Cc, Cf, Co).</summary>
    public CodePointSet Controls { get; }

    /// <summary>Punctuation (categories P).</summary>
    public CodePointSet Punctuation { get; }

    /// <summary>Nonspacing marks (category Mn).</summary>
    public CodePointSet Nonspacing { get; }

    /// <summary>Marks of all kinds (categories M).</summary>
    public CodePointSet Marks { get; }

    private void Read()
    {
        using Stream stream = typeof(UnicodeTables).Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        List<string> words = [];
        while (reader.ReadLine() is string line)
        {
            if (line.StartsWith('#')) continue;
            if (line.StartsWith('[')) _sections.Add(line.Trim('[', ']'), words = []);
            else words.AddRange(line.Split(' '));
        }
    }

    private CodePointSet ReadSet(string section) => new([.. _sections[section].Select(ReadRange)]);

    private Dictionary<int, int[]> ReadMappings(string section)
    {
        var mappings = new Dictionary<int, int[]>();
        foreach (string word in _sections[section])
        {
            string[] sides = word.Split('=');
            (int first, int last) = ReadRange(sides[0]);
            int[] parts = [.. sides[1].Split(',').Select(Hex)];
            for (int codePoint = first; codePoint <= last; codePoint++)
                mappings.Add(codePoint, first == last ? parts : [parts[0] + codePoint - first]);
        }
        return mappings;
    }

    private Dictionary<int, byte> ReadClasses()
    {
        var classes = new Dictionary<int, byte>();
        foreach (string word in _sections["classes"])
        {
            string[] sides = word.Split(':');
            byte number = byte.Parse(sides[0], CultureInfo.InvariantCulture);
            foreach ((int first, int last) in sides[1].Split(',').Select(ReadRange))
            {
                for (int codePoint = first; codePoint <= last; codePoint++) classes.Add(codePoint, number);
            }
        }
        return classes;
    }

    private static (int First, int Last) ReadRange(string text)
    {
        string[] ends = text.Split('-');
        return (Hex(ends[0]), Hex(ends[^1]));
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
