using Xunit;

namespace Engine.Kernels.Tests;

/// <summary>Which experts a token gets, and with what weight.</summary>
public sealed class RoutingTests
{
    private static readonly float[] Scores = [0.5f, 2f, -1f, 1.5f, 0f, 1f];

    private static Routing Route(RoutingRule rule, float[]? bias = null, params float[][] tokens)
    {
        using Activation scores = ActivationTests.Rows(tokens.Length == 0 ? [Scores] : tokens);
        var routing = new Routing(scores.Rows, rule);
        routing.Route(scores, bias);
        return routing;
    }

    private static void AssertRoute(Routing routing, int[] experts, double[] weights)
    {
        Assert.Equal(experts, routing.Experts(0));
        for (int i = 0; i < weights.Length; i++) Assert.Equal(weights[i], routing.Weights(0)[i], 1e-6);
    }

    [Fact]
    public void Softmax_weights_are_those_of_all_experts()
    {
        double sum = Scores.Sum(score => Math.Exp(score));
        AssertRoute(Route(new RoutingRule { Experts = 6, Used = 2 }), [1, 3], [Math.Exp(2) / sum, Math.Exp(1.5) / sum]);
    }

    [Fact]
    public void Normalised_weights_add_up_to_the_scale()
    {
        double sum = Math.Exp(2) + Math.Exp(1.5);
        var rule = new RoutingRule { Experts = 6, Used = 2, Normalize = true, Scale = 3f };
        double[] weights = [3 * Math.Exp(2) / sum, 3 * Math.Exp(1.5) / sum];
        AssertRoute(Route(rule), [1, 3], weights);
        AssertRoute(Route(rule with { Normalize = false, Gating = Gating.SoftmaxOfSelected }), [1, 3], weights);
    }

    [Fact]
    public void A_selection_bias_changes_the_choice_and_not_the_weight()
    {
        var rule = new RoutingRule { Experts = 6, Used = 2, Gating = Gating.Sigmoid };
        AssertRoute(Route(rule, [0, 0, 9, 0, 0, 0]), [1, 2], [1 / (1 + Math.Exp(-2)), 1 / (1 + Math.Exp(1))]);
    }

    [Fact]
    public void Groups_rank_by_their_best_expert_or_under_sigmoid_by_their_best_two()
    {
        var rule = new RoutingRule { Experts = 6, Used = 2, Groups = 2, GroupsUsed = 1 };
        float[] scores = [3f, -9f, -9f, 2f, 2f, 0f];
        Assert.Equal(0, Route(rule, null, scores).Experts(0)[0]);
        Assert.Equal([3, 4], Route(rule with { Gating = Gating.Sigmoid }, null, scores).Experts(0));
    }

    [Fact]
    public void Equal_scores_take_the_first_experts()
    {
        Assert.Equal([0, 1, 2], Route(new RoutingRule { Experts = 5, Used = 3 }, null, new float[5]).Experts(0));
    }

    [Fact]
    public void Scores_that_are_no_numbers_still_give_experts()
    {
        Routing routing = Route(new RoutingRule { Experts = 3, Used = 3 }, null, [float.NaN, float.NaN, 1f]);
        Assert.Equal([0, 1, 2], routing.Experts(0));
    }

    [Fact]
    public void Each_expert_gets_its_tokens_in_order()
    {
        Routing routing = Route(new RoutingRule { Experts = 3, Used = 1 }, null, [1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 1, 0]);
        Assert.Equal([0, 2], Tokens(0));
        Assert.Equal([1, 3], Tokens(1));
        Assert.Empty(Tokens(2));
        Assert.Equal(4, routing.Count);

        int[] Tokens(int expert) => routing.Tokens[routing.Start(expert)..routing.Start(expert + 1)].ToArray();
    }

    [Fact]
    public void Rules_that_do_not_add_up_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Routing(1, new RoutingRule { Experts = 2, Used = 3 }));
        Assert.Throws<ArgumentException>(() => new Routing(1, new RoutingRule { Experts = 6, Used = 3, Groups = 3, GroupsUsed = 1 }));
        Assert.Throws<ArgumentException>(() => new Routing(1, new RoutingRule { Experts = 6, Used = 1, Groups = 4 }));
    }
}
