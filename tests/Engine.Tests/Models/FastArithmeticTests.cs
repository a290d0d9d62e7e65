using Engine.Formats;
using Engine.Kernels;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>The logits of the default arithmetic, which quantises activations, against those of exact arithmetic.</summary>
public sealed class FastArithmeticTests
{
    private static readonly ModelOptions Fast = new() { Threads = 2 };

    [Theory, MemberData(nameof(FixtureModels.Quantized), MemberType = typeof(FixtureModels))]
    public void Logits_are_off_by_no_more_than_those_of_llama_cpp(string name, string type)
    {
        using Model model = Model.Load(FixtureModels.Path(name, $"quant/{type}.gguf"), Fast);
        Reference reference = FixtureModels.QuantizedReferenceOf(name, type);
        float error = reference.LargestError(model);
        float allowed = FixtureModels.PeerErrorOf(name, type);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name} {type}: {error:G3}, llama.cpp {allowed:G3}");
        Assert.True(error <= allowed, $"{name} {type}: the error is {error:G3}, llama.cpp's {allowed:G3}.");
    }

    [Theory, MemberData(nameof(FixtureModels.Generators), MemberType = typeof(FixtureModels))]
    public void Files_of_floats_lose_nothing_but_what_the_cache_rounds(string name)
    {
        using Model model = Model.Load(FixtureModels.Path(name), Fast with { Cache = new KvCacheOptions().Or(QuantType.F32) });
        Reference reference = FixtureModels.ReferenceOf(name);
        float error = reference.LargestError(model) / reference.LargestLogit;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {error:E1} of the largest logit");
        Assert.True(error <= 5e-5f, $"{name}: the error is {error:E2} of the largest logit.");
    }
}
