using Engine.Formats;
using Engine.Quantization.Conversion;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Budget;

/// <summary>
/// Chooses a type for each tensor so that the predicted divergence is least and the bytes keep within a budget: the multiple-choice
/// knapsack problem, solved by dynamic programming over the bytes above those of the smallest types.
/// </summary>
public static class BudgetPlanner
{
    // Steps that the free bytes are cut into: as many as the table of choices, a byte each, allows.
    private const int MostSteps = 1 << 16;
    private const int TableBytes = 1 << 26;

    /// <summary>Plans.</summary>
    /// <param name="tensors">The tensors of the model, each with its sensitivity, in any order.</param>
    /// <param name="budget">The most bytes that they may take together, each padded.</param>
    /// <param name="alignment">What each tensor's bytes are padded to a multiple of; 1 for no padding.</param>
    /// <exception cref="QuantizeException">The smallest types are too large for the budget.</exception>
    public static BudgetPlan Plan(
        IReadOnlyList<(TensorDescription Tensor, TensorSensitivity Sensitivity)> tensors, long budget, int alignment = 1)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentOutOfRangeException.ThrowIfLessThan(alignment, 1);
        Choice[][] choices = [.. tensors.Select(one => Choices(one.Tensor, one.Sensitivity, alignment))];
        long least = choices.Sum(of => of[0].Bytes), free = budget - least;
        if (free < 0)
        {
            throw new QuantizeException(
                $"the tensors take {least} bytes in their smallest types, more than the {Math.Max(0, budget)} that the target leaves");
        }
        // More than the largest types take is of no use, and would only make the table's steps coarser.
        int[] chosen = Solve(choices, Math.Min(free, choices.Sum(of => of[^1].Bytes - of[0].Bytes)));
        FillUp(choices, chosen, free - choices.Zip(chosen, (of, i) => of[i].Bytes - of[0].Bytes).Sum());
        return new BudgetPlan(
            budget,
            choices.Zip(chosen, (of, i) => of[i].Bytes).Sum(),
            [.. tensors.Select((one, i) => new PlannedTensor(one.Tensor.Name, choices[i][chosen[i]].Type, choices[i][chosen[i]].Cost))]);
    }

    /// <summary>The types that are worth a look, by rising bytes and falling costs: one that is larger must be better.</summary>
    private static Choice[] Choices(TensorDescription tensor, TensorSensitivity sensitivity, int alignment)
    {
        var worthwhile = new List<Choice>();
        IEnumerable<Choice> all = sensitivity.Errors
            .Select(error => Of(error.Type, sensitivity.Slope * error.Error)).Append(Of(tensor.Type, 0))
            .OrderBy(choice => choice.Bytes).ThenBy(choice => choice.Cost);
        foreach (Choice choice in all)
            if (worthwhile.Count == 0 || choice.Cost < worthwhile[^1].Cost) worthwhile.Add(choice);
        return [.. worthwhile];

        Choice Of(QuantType type, double cost)
        {
            long bytes = tensor.Elements / tensor.Columns * QuantTypes.Get(type).RowBytes(tensor.Columns);
            return new Choice(type, (bytes + alignment - 1) / alignment * alignment, cost);
        }
    }

    /// <summary>
    /// The best choice of each tensor where sizes are rounded up to steps: it never takes more than there is, and leaves a little.
    /// </summary>
    private static int[] Solve(Choice[][] choices, long free)
    {
        long steps = Math.Min(MostSteps, Math.Max(64, TableBytes / Math.Max(1, choices.Length)));
        long step = Math.Max(1, (free + steps - 1) / steps);
        int width = (int)(free / step) + 1;
        var costs = new double[width];
        var next = new double[width];
        byte[][] table = [.. choices.Select(_ => new byte[width])];
        for (int tensor = 0; tensor < choices.Length; tensor++)
        {
            Choice[] of = choices[tensor];
            Array.Fill(next, double.PositiveInfinity);
            for (int choice = 0; choice < of.Length; choice++)
            {
                long taken = Steps(of, choice, step);
                for (long used = taken; used < width; used++)
                {
                    double cost = costs[used - taken] + of[choice].Cost;
                    if (cost >= next[used]) continue;
                    next[used] = cost;
                    table[tensor][used] = (byte)choice;
                }
            }
            (costs, next) = (next, costs);
        }
        int[] chosen = new int[choices.Length];
        long left = width - 1;
        for (int tensor = choices.Length - 1; tensor >= 0; tensor--)
        {
            chosen[tensor] = table[tensor][left];
            left -= Steps(choices[tensor], chosen[tensor], step);
        }
        return chosen;
    }

    private static long Steps(Choice[] of, int choice, long step) => (of[choice].Bytes - of[0].Bytes + step - 1) / step;

    /// <summary>Spends what the rounding left, on the larger type that gains most for its bytes, as long as one fits.</summary>
    private static void FillUp(Choice[][] choices, int[] chosen, long left)
    {
        while (true)
        {
            (int Tensor, int Choice, double Gain) best = (-1, 0, 0);
            for (int tensor = 0; tensor < choices.Length; tensor++)
            {
                Choice now = choices[tensor][chosen[tensor]];
                for (int choice = chosen[tensor] + 1; choice < choices[tensor].Length; choice++)
                {
                    Choice larger = choices[tensor][choice];
                    double gain = (now.Cost - larger.Cost) / (larger.Bytes - now.Bytes);
                    if (larger.Bytes - now.Bytes <= left && gain > best.Gain) best = (tensor, choice, gain);
                }
            }
            if (best.Tensor < 0) return;
            left -= choices[best.Tensor][best.Choice].Bytes - choices[best.Tensor][chosen[best.Tensor]].Bytes;
            chosen[best.Tensor] = best.Choice;
        }
    }

    private readonly record struct Choice(QuantType Type, long Bytes, double Cost);
}
