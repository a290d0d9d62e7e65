using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>The same product by each instruction set that the machine has, held to the bits of the scalar one.</summary>
internal static class VariantEntries
{
    private const int Rows = 64, Columns = 1536;

    public static IEnumerable<LabEntry> All =>
        WeightTypes.All.Select(type => new LabEntry($"variants/{type}", _ => Compare(type, 16).Concat(Compare(type, 1))));

    private static IEnumerable<LabRow> Compare(QuantType type, int tokens)
    {
        using Problem reference = Make(InstructionSet.Scalar);
        reference.Multiply();
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>().Where(Processor.Supports))
        {
            using Problem problem = Make(set);
            var timing = new Timing(problem.Multiply);
            string check = problem.HasResultOf(reference) ? "equal" : "DIFFERS";
            yield return LabRow.Rate(
                $"variants/{type}", $"{set}, {tokens} tokens", "GMAC/s", problem.Macs, timing, MachineFigures.Macs(1), check);
        }

        Problem Make(InstructionSet set) => new(type, Rows, Columns, tokens, threads: 1, Arithmetic.Fast, set);
    }
}
