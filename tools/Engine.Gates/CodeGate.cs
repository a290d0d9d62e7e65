using System.Text.RegularExpressions;

namespace Engine.Gates;

/// <summary>
/// The machine code of the hot loops, compiled ahead of time for either instruction set, so that any x64 machine checks both: the
/// instructions that make them fast are there, and neither calls nor vectors that went to the stack.
/// </summary>
internal static partial class CodeGate
{
    private const string Kernels = "kernels/Engine.Kernels/bin/Release/net10.0/Engine.Kernels.dll";

    private static readonly (string Set, string Method, string Instruction)[] Rules =
    [
        ("x86-64-v4", @"^IntegerTileAvx512:Multiply\[HardwareLeaf,.*SumsTo.*,Four\]$", "vpmaddubsw zmm"),
        ("x86-64-v4", @"^IntegerTileAvx512:Multiply\[HardwareLeaf,.*SignedWordSums.*,Four\]$", "vpmaddwd zmm"),
        ("x86-64-v4", @"^FloatTileAvx512:Tile\[Six,ThirtyTwo\]$", "vfmadd\\w+ zmm"),
        ("x86-64-v3", @"^IntegerPairKernelAvx2:Multiply\[.*,GroupSum\]$", "vpmaddubsw ymm"),
        ("x86-64-v3", @"^FloatTileAvx2:Tile\[Six,Two\]$", "vfmadd\\w+ ymm"),
        ("x86-64-v3", @"^FloatPanel`1\[.*\]:MultiplyToken\[Four\]$", "vfmadd\\w+ ymm"),
    ];

    /// <summary>
    /// Loops with more constants than registers, which may read them from the stack; they must not write there. Q5_1, which converts two
    /// FP16 numbers, does, and so do NVFP4 and the points of groups of 16 columns or with shifts (IQ1, IQ2_XS, IQ2_S), a vector per step.
    /// </summary>
    private static readonly (string Set, string Method, string Instruction)[] RulesWithConstants =
    [
        ("x86-64-v3", @"^IntegerKernelAvx2:Multiply\[(?!Q5_1)(Q|MXFP4)\w+,CodesTo.*,One\]$", "vpmaddubsw ymm"),
        ("x86-64-v3", @"^IntegerKernelAvx2:Multiply\[.*,SignedCodes,One\]$", "vpmaddwd ymm"),
        ("x86-64-v3", @"^PointKernelAvx2:Multiply\[PointFormat`1\[IQ(2_XXS|3_X?X?S)Block\]\]$", "vpmaddubsw ymm"),
    ];

    internal static bool Check(string root, TextWriter report)
    {
        string assembly = Path.Combine(root, Kernels);
        if (!File.Exists(assembly))
        {
            report.WriteLine($"code: skipped, {Kernels} is not built");
            return true;
        }
        using var compiler = Crossgen.Restore(out string? reason);
        if (compiler is null)
        {
            report.WriteLine($"code: skipped, {reason}");
            return true;
        }
        bool passed = true;
        foreach (string set in Rules.Select(rule => rule.Set).Distinct())
        {
            Disassembly[] methods = [.. Disassembly.Parse(compiler.Disassemble(assembly, set, "Multiply Tile MultiplyToken"))];
            passed &= Check(methods, Rules.Where(rule => rule.Set == set), Bad(), report);
            passed &= Check(methods, RulesWithConstants.Where(rule => rule.Set == set), BadDespiteConstants(), report);
        }
        return passed;
    }

    private static bool Check(
        Disassembly[] methods, IEnumerable<(string Set, string Method, string Instruction)> rules, Regex bad, TextWriter report)
    {
        bool passed = true;
        foreach ((string set, string method, string instruction) in rules)
        {
            Disassembly[] hot = [.. methods.Where(m => Regex.IsMatch(m.Name, method))];
            string[] faults = [.. hot.Select(m => Fault(m, instruction, bad)).OfType<string>()];
            report.WriteLine($"code: {set} {method}: {hot.Length} methods, {faults.Length} faults");
            foreach (string fault in faults) report.WriteLine($"code:   {fault}");
            passed &= hot.Length > 0 && faults.Length == 0;
        }
        return passed;
    }

    private static string? Fault(Disassembly method, string instruction, Regex bad)
    {
        IReadOnlyList<string>[] loops = [.. method.InnermostLoops().Where(loop => loop.Any(line => Regex.IsMatch(line, instruction)))];
        if (loops.Length == 0) return $"{method.Name}: no loop with {instruction}";
        string? found = loops.SelectMany(loop => loop).FirstOrDefault(line => bad.IsMatch(line));
        return found is null ? null : $"{method.Name}: {found.Trim()} in the loop";
    }

    /// <summary>Calls, and vectors that are read from or written to the stack.</summary>
    [GeneratedRegex(@"^\s+call\s|[yz]mm\d+.*\[r[sb]p|\[r[sb]p.*[yz]mm\d+")]
    private static partial Regex Bad();

    /// <summary>Calls, and vectors that are written to the stack.</summary>
    [GeneratedRegex(@"^\s+call\s|\[r[sb]p[^\]]*\], [yz]mm")]
    private static partial Regex BadDespiteConstants();
}
