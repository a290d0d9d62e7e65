using Engine.Models;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>Every family on a clean clone: small random models against a forward pass in doubles.</summary>
public sealed class TinyFamilyTests
{
    private static readonly int[] Prompt = [1, 17, 4, 40, 22, 9, 31, 2, 47, 13, 5, 28, 1, 36, 19, 8, 44, 25];

    public static IEnumerable<TheoryDataRow<string>> Names() =>
        TinyFamilies.All.Select(family => new TheoryDataRow<string>(family.ToString()));

    [Theory, MemberData(nameof(Names))]
    public void Logits_are_those_of_a_plain_forward_pass_in_doubles(string name)
    {
        TinyFamily family = TinyFamilies.All.Single(one => one.ToString() == name);
        TinyModel tiny = family.Create();
        double[][] expected = new ReferenceForward(family, tiny).Logits(Prompt);
        double largest = expected.Max(row => row.Max(Math.Abs));
        using Model model = tiny.Load();
        using Session session = model.CreateSession();
        session.EvaluateAll(Prompt, (position, logits) =>
        {
            for (int i = 0; i < logits.Length; i++) Assert.Equal(expected[position][i], logits[i], 2e-5 * largest);
        });
    }

    [Fact]
    public void An_encoder_gives_the_hidden_states_of_a_plain_forward_pass_in_doubles()
    {
        TinyModel tiny = TinyFamilies.Bert.Create();
        double[][] expected = new ReferenceForward(TinyFamilies.Bert, tiny).HiddenStates(Prompt);
        using Model model = tiny.Load();
        model.ReadHiddenStates(Prompt, (position, state) =>
        {
            for (int i = 0; i < state.Length; i++) Assert.Equal(expected[position][i], state[i], 1e-5);
        });
        float[] mean = model.Embed(Prompt, Pooling.Mean), first = model.Embed(Prompt), last = model.Embed(Prompt, Pooling.Last);
        for (int i = 0; i < mean.Length; i++)
        {
            Assert.Equal(expected.Average(row => row[i]), mean[i], 1e-5);
            Assert.Equal(expected[0][i], first[i], 1e-5);
            Assert.Equal(expected[^1][i], last[i], 1e-5);
        }
    }

    [Fact]
    public void An_encoder_reads_texts_longer_than_a_batch_in_one_piece()
    {
        TinyModel tiny = TinyFamilies.Bert.Create();
        using Model large = tiny.Load(), small = tiny.Load(new ModelOptions { Exact = true, Threads = 2, BatchSize = 4 });
        Assert.Equal(large.Embed(Prompt), small.Embed(Prompt));
        Assert.Equal(large.Embed(Prompt.AsSpan(..3)), small.Embed(Prompt.AsSpan(..3)));
    }

    [Fact]
    public void Axes_of_length_one_may_be_missing()
    {
        TinyModel tiny = TinyFamilies.Bert.Create();
        tiny.Tensors["token_types.weight"] = ([TinyFamily.Width], tiny["token_types.weight"][..TinyFamily.Width]);
        using Model one = tiny.Load(), two = TinyFamilies.Bert.Create().Load();
        Assert.Equal(two.Embed(Prompt), one.Embed(Prompt));
    }

    [Fact]
    public void The_comparison_notices_a_scale_that_is_off_by_one_percent()
    {
        TinyFamily family = TinyFamilies.All[0];
        TinyModel tiny = family.Create();
        double[] right = new ReferenceForward(family, tiny).Logits(Prompt)[^1];
        double[] wrong = new ReferenceForward(family with { AttentionScale = family.AttentionScale * 1.01 }, tiny).Logits(Prompt)[^1];
        Assert.True(right.Zip(wrong, (a, b) => Math.Abs(a - b)).Max() > 1e-4 * right.Max(Math.Abs));
    }

    [Fact]
    public void Every_family_that_is_supported_has_a_small_model() =>
        Assert.Equal(
            Descriptors.All.Keys.Order(),
            TinyFamilies.All.Append(TinyFamilies.Bert).Select(family => family.Architecture).Distinct().Order());
}
