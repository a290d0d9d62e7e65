namespace Engine.Cli.Output;

/// <summary>Names and values in two aligned columns.</summary>
internal static class Fields
{
    /// <summary>Writes one line per row, the values aligned.</summary>
    public static void Write(TextWriter output, IReadOnlyCollection<(string Name, string Value)> rows)
    {
        int width = rows.Count == 0 ? 0 : rows.Max(row => row.Name.Length);
        foreach (var (name, value) in rows) output.WriteLine($"{Plain.OneLine(name).PadRight(width)}  {Plain.OneLine(value)}");
    }
}
