using Engine.Formats;
using Engine.Quantization.Budget;
using Engine.Quantization.Conversion;
using Engine.Quantization.Mixes;
using Xunit;

namespace Engine.Quantization.Tests.Budget;

public class BudgetPlannerTests
{
    private static readonly QuantType[] Types = [QuantType.Q2_K, QuantType.Q4_K, QuantType.Q6_K];

    /// <summary>Every combination of types is tried: none that fits is better.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_combination_that_fits_is_better(int seed)
    {
        (TensorDescription Tensor, TensorSensitivity Sensitivity)[] tensors = Tensors(new Random(seed), 5);
        long least = tensors.Sum(one => Bytes(one.Tensor, QuantType.Q2_K)), most = tensors.Sum(one => Bytes(one.Tensor, QuantType.F16));
        for (int part = 0; part <= 10; part++)
        {
            long budget = least + (most - least) * part / 10;
            BudgetPlan plan = BudgetPlanner.Plan(tensors, budget);
            Assert.True(plan.Bytes <= budget, $"{plan.Bytes} of {budget}");
            Assert.Equal(plan.Bytes, plan.Tensors.Zip(tensors, (planned, one) => Bytes(one.Tensor, planned.Type)).Sum());
            Assert.Equal(Best(tensors, budget, 0), plan.Divergence, 1e-9);
        }
    }

    [Fact]
    public void A_budget_below_the_smallest_types_is_refused()
    {
        (TensorDescription Tensor, TensorSensitivity Sensitivity)[] tensors = Tensors(new Random(1), 3);
        long least = tensors.Sum(one => Bytes(one.Tensor, QuantType.Q2_K));
        Assert.Equal(least, BudgetPlanner.Plan(tensors, least).Bytes);
        var refused = Assert.Throws<QuantizeException>(() => BudgetPlanner.Plan(tensors, least - 1));
        Assert.Contains($"{least} bytes", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(long.MaxValue)]
    public void A_budget_beyond_the_largest_types_changes_nothing(long beyond)
    {
        (TensorDescription Tensor, TensorSensitivity Sensitivity)[] tensors = Tensors(new Random(4), 7);
        long most = tensors.Sum(one => Bytes(one.Tensor, QuantType.F16));
        BudgetPlan plan = BudgetPlanner.Plan(tensors, beyond == long.MaxValue ? beyond : most + beyond);
        Assert.All(plan.Tensors, planned => Assert.Equal(QuantType.F16, planned.Type));
    }

    [Fact]
    public void Padding_counts()
    {
        var tensor = new TensorDescription("a.weight", [256, 1], QuantType.F16);
        (TensorDescription, TensorSensitivity)[] one = [(tensor, new TensorSensitivity("a.weight", 1, [new TypeError(QuantType.Q2_K, 0.1)]))];
        Assert.Equal(84, BudgetPlanner.Plan(one, 84).Bytes);
        Assert.Equal(96, BudgetPlanner.Plan(one, 96, alignment: 32).Bytes);
        Assert.Throws<QuantizeException>(() => BudgetPlanner.Plan(one, 95, alignment: 32));
    }

    [Fact]
    public void A_larger_type_that_is_worse_is_never_chosen()
    {
        var tensor = new TensorDescription("a.weight", [256, 8], QuantType.F16);
        TypeError[] errors = [new(QuantType.Q2_K, 0.1), new(QuantType.Q3_K, 0.2), new(QuantType.Q4_K, 0.05)];
        for (long budget = Bytes(tensor, QuantType.Q2_K); budget < Bytes(tensor, QuantType.F16); budget += 8)
        {
            PlannedTensor planned = Assert.Single(BudgetPlanner.Plan([(tensor, new TensorSensitivity("a.weight", 2, errors))], budget).Tensors);
            Assert.Equal(budget < Bytes(tensor, QuantType.Q4_K) ? (QuantType.Q2_K, 0.2) : (QuantType.Q4_K, 0.1), (planned.Type, planned.Divergence));
        }
    }

    /// <summary>With sizes far above the steps of the table the plan is still near the bound that no plan can pass.</summary>
    [Fact]
    public void A_large_model_uses_its_budget()
    {
        (TensorDescription Tensor, TensorSensitivity Sensitivity)[] tensors = Tensors(new Random(9), 300, rows: 1 << 20);
        long budget = tensors.Sum(one => Bytes(one.Tensor, QuantType.Q4_K)) + 12_345;
        BudgetPlan plan = BudgetPlanner.Plan(tensors, budget);
        Assert.InRange(plan.Bytes, budget - budget / 1000, budget);
    }

    [Fact]
    public void A_plan_is_written_as_a_list_that_reads_as_overrides_of_those_names_alone()
    {
        string lines = BudgetPlan.Lines([("blk.1.attn_q.weight", QuantType.Q4_K), ("output.weight", QuantType.Q6_K)]);
        string[] each = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, each.Length);
        Assert.True(TypeOverride.TryParse(each[0], out TypeOverride? value, out _));
        Assert.Equal(QuantType.Q4_K, value.Type);
        Assert.Matches(value.Pattern, "blk.1.attn_q.weight");
        Assert.DoesNotMatch(value.Pattern, "blk.11.attn_q.weight");
        Assert.DoesNotMatch(value.Pattern, "blk.1xattn_q.weight");
    }

    private static (TensorDescription Tensor, TensorSensitivity Sensitivity)[] Tensors(Random random, int count, int rows = 40) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var tensor = new TensorDescription($"blk.{i}.attn_q.weight", [256, random.Next(1, rows)], QuantType.F16);
            double error = 0.1 * random.NextDouble();
            TypeError[] errors = [.. Types.Select((type, k) => new TypeError(type, error * Math.Pow(0.1, k)))];
            return (tensor, new TensorSensitivity(tensor.Name, random.NextDouble(), errors));
        }),
    ];

    private static double Best((TensorDescription Tensor, TensorSensitivity Sensitivity)[] tensors, long left, int from)
    {
        if (left < 0) return double.PositiveInfinity;
        if (from == tensors.Length) return 0;
        (TensorDescription tensor, TensorSensitivity sensitivity) = tensors[from];
        return sensitivity.Errors.Append(new TypeError(QuantType.F16, 0))
            .Min(error => sensitivity.Slope * error.Error + Best(tensors, left - Bytes(tensor, error.Type), from + 1));
    }

    private static long Bytes(TensorDescription tensor, QuantType type) =>
        tensor.Elements / tensor.Columns * QuantTypes.Get(type).RowBytes(tensor.Columns);
}
