namespace Engine.Bench;

/// <summary>Throughput in a few seconds, on a loaded machine too, since the best of many short runs is taken.</summary>
internal static class LabRun
{
    private static IEnumerable<LabEntry> Entries =>
        MachineEntries.All.Concat(KernelEntries.All).Concat(ProductEntries.All).Concat(FusedEntries.All).Concat(VariantEntries.All);

    /// <summary>Runs what the arguments ask for: everything but the variants, which are asked for by name.</summary>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        LabOptions options;
        try
        {
            options = LabOptions.Parse(arguments);
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        LabEntry[] entries = [.. Entries.Where(entry => Wants(options, entry.Name))];
        if (options.List)
        {
            foreach (LabEntry entry in entries) Console.WriteLine(entry.Name);
            return 0;
        }
        if (options.Disassembled is { } method && !Disassembly.IsOn) return Disassembly.Run(method, arguments);
        var report = new LabReport(options.Threads);
        report.Begin();
        bool differs = false;
        foreach (LabRow row in entries.SelectMany(entry => entry.Run(options.Threads)))
        {
            report.Add(row);
            differs |= row.Check == "DIFFERS";
        }
        if (options.Markdown is not null) report.WriteMarkdown(options.Markdown);
        if (options.Json is not null) report.WriteJson(options.Json);
        return differs ? 1 : 0;
    }

    private static bool Wants(LabOptions options, string name) =>
        options.Includes(name) && (options.List || options.Filters.Count > 0 || !name.StartsWith("variants/", StringComparison.Ordinal));
}
