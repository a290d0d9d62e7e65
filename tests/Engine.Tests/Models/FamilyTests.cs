using Xunit;

namespace Engine.Tests.Models;

/// <summary>Every family against the logits that transformers computes for it, in exact arithmetic.</summary>
public sealed class FamilyTests
{
    private static readonly ModelOptions Exact = new() { Exact = true, Threads = 2 };

    [Theory, MemberData(nameof(FixtureModels.Generators), MemberType = typeof(FixtureModels))]
    public void Logits_and_greedy_ids_are_those_of_the_original(string name)
    {
        using Model model = Model.Load(FixtureModels.Path(name), Exact);
        Reference reference = FixtureModels.ReferenceOf(name);
        float error = reference.LargestError(model) / reference.LargestLogit;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {error:E2} of the largest logit");
        Assert.True(error <= 5e-5f, $"{name}: the error is {error:E2} of the largest logit.");
        Assert.Equal(reference.GreedyIds, reference.Greedy(model));
    }
}
