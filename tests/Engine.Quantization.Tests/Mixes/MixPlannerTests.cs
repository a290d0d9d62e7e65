using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Mixes;

public class MixPlannerTests
{
    public static IEnumerable<TheoryDataRow<string>> Models => RecordedMix.All.Select(mix => new TheoryDataRow<string>(mix.Model));

    public static IEnumerable<TheoryDataRow<string>> Quantized => SharedFiles.Names("fixtures/models/llama-k/quant", "*.gguf");

    [Theory]
    [MemberData(nameof(Models))]
    public void Types_are_the_ones_that_llama_quantize_chooses(string model)
    {
        RecordedMix recorded = RecordedMix.All.Single(mix => mix.Model == model);
        Assert.True(recorded.Runs.Count >= 70);
        foreach ((string arguments, QuantType[]? expected) in recorded.Runs)
        {
            IReadOnlyList<TensorPlan> plans = Plan(recorded, arguments);
            if (expected is null)
            {
                // It stops for want of a substitute where a plan says F16.
                Assert.Contains(plans, plan => plan.IsFallback && plan.Type == QuantType.F16);
                continue;
            }
            for (int i = 0; i < plans.Count; i++)
            {
                // It does not look at the rows where an option names output or embedding, and fails later.
                if (plans[i].Tensor.Columns % QuantTypes.Get(expected[i]).BlockElements != 0) continue;
                Assert.True(expected[i] == plans[i].Type,
                    $"{arguments}: {plans[i].Tensor.Name} is {plans[i].Type}, llama-quantize takes {expected[i]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Quantized))]
    public void Files_that_llama_quantize_made_have_the_planned_types(string name)
    {
        using var file = GgufFile.Open(SharedFiles.Require($"fixtures/models/llama-k/quant/{name}.gguf"));
        using var source = GgufFile.Open(SharedFiles.Require("fixtures/models/llama-k/model-f32.gguf"));
        FileType type = FileTypes.All.Single(candidate => candidate.Id == file.Metadata.GetInt32("general.file_type"));
        // As the fixtures' README says they were made.
        var options = new MixOptions
        {
            Pure = !name.EndsWith("_K_M", StringComparison.Ordinal),
            EmbeddingType = name is "IQ1_S" or "IQ2_XS" or "IQ2_XXS" ? QuantType.Q4_K : null,
        };
        var plans = MixPlanner.Plan(type, ModelTraits.Of(source.Metadata), [.. source.Tensors.Select(TensorDescription.Of)], options);
        foreach (TensorPlan plan in plans)
            Assert.Equal((plan.Tensor.Name, file.GetTensor(plan.Tensor.Name).Type.Type), (plan.Tensor.Name, plan.Type));
    }

    [Fact]
    public void A_fallback_tells_what_was_asked_and_why()
    {
        TensorPlan plan = PlanOne("Q4_K_M", new TensorDescription("blk.0.ffn_up.weight", [576, 1536], QuantType.F16));
        Assert.Equal((QuantType.Q4_K, QuantType.Q5_0, TypeReason.Mix), (plan.Asked, plan.Type, plan.Reason));
        Assert.Equal("rows of 576 are no multiple of 256", plan.FallbackReason);
        Assert.Equal(1536 * 576 / 32 * 22, plan.Bytes);
    }

    [Fact]
    public void Types_given_by_options_fall_back_too()
    {
        var options = new MixOptions { EmbeddingType = QuantType.Q6_K, OutputType = QuantType.Q8_0 };
        TensorPlan plan = PlanOne("Q4_0", new TensorDescription("token_embd.weight", [96, 10], QuantType.F16), options);
        Assert.Equal((QuantType.Q6_K, QuantType.Q8_0, TypeReason.Override), (plan.Asked, plan.Type, plan.Reason));
        plan = PlanOne("Q4_0", new TensorDescription("output.weight", [40, 10], QuantType.F16), options);
        Assert.Equal((QuantType.Q8_0, QuantType.F16), (plan.Asked, plan.Type));
    }

    [Theory]
    [InlineData("IQ2_XS", "blk.9.ffn_up.weight", true)]
    [InlineData("IQ3_XXS", "blk.9.attn_q.weight", true)]
    [InlineData("Q2_K_S", "blk.9.ffn_up.weight", true)]
    [InlineData("Q2_K", "blk.9.ffn_up.weight", false)]
    [InlineData("IQ3_S", "blk.9.ffn_up.weight", false)]
    [InlineData("IQ2_XXS", "token_embd.weight", false)]
    [InlineData("IQ2_XXS", "blk.9.ffn_norm.weight", false)]
    public void The_smallest_types_need_an_importance_matrix(string type, string name, bool needs) =>
        Assert.Equal(needs, PlanOne(type, new TensorDescription(name, [256, 8], QuantType.F16), new MixOptions { Pure = true }).NeedsImportance);

    [Fact]
    public void Every_number_and_name_is_there_once_and_aliases_mean_the_middle_mix()
    {
        Assert.Equal(FileTypes.All.Count, FileTypes.All.Select(type => type.Id).Distinct().Count());
        Assert.Equal(FileTypes.All.Count, FileTypes.All.Select(type => type.Name).Distinct().Count());
        Assert.All(FileTypes.All, type => Assert.True(FileTypes.TryParse(type.Name.ToLowerInvariant(), out FileType? same) && same == type));
        Assert.True(FileTypes.TryParse("q4_k", out FileType? alias));
        Assert.Equal("Q4_K_M", alias.Name);
        Assert.False(FileTypes.TryParse("Q9_K", out _));
        Assert.False(FileTypes.TryParse(null, out _));
    }

    private static TensorPlan PlanOne(string type, TensorDescription tensor, MixOptions? options = null)
    {
        Assert.True(FileTypes.TryParse(type, out FileType? file));
        return MixPlanner.Plan(file, new ModelTraits("llama", 32, 1, 0), [tensor], options)[0];
    }

    private static IReadOnlyList<TensorPlan> Plan(RecordedMix model, string arguments)
    {
        string[] words = arguments.Split(' ');
        Assert.True(FileTypes.TryParse(words[^1], out FileType? type));
        var options = new MixOptions();
        for (int i = 0; i < words.Length - 1; i++)
        {
            options = words[i] switch
            {
                "--pure" => options with { Pure = true },
                "--imatrix" => options with { HasImportance = true },
                "--leave-output-tensor" => options with { LeaveOutput = true },
                "--output-tensor-type" => options with { OutputType = Type(words[++i]) },
                "--token-embedding-type" => options with { EmbeddingType = Type(words[++i]) },
                "--tensor-type" => options with { Overrides = [.. options.Overrides, Override(words[++i])] },
                _ => throw new InvalidDataException(words[i]),
            };
        }
        return MixPlanner.Plan(type, model.Traits, model.Tensors, options);
    }

    private static QuantType Type(string name) => Enum.Parse<QuantType>(name, ignoreCase: true);

    private static TypeOverride Override(string text)
    {
        Assert.True(TypeOverride.TryParse(text, out TypeOverride? value, out _));
        return value;
    }
}
