using Engine.Sampling;
using Xunit;

namespace Engine.Tests.Sampling;

public sealed class SamplingOptionsTests
{
    [Fact]
    public void Defaults_are_those_of_llama_cpp()
    {
        var options = new SamplingOptions();
        Assert.Equal((0.8f, 40, 0.95f, 0.05f), (options.Temperature, options.TopK, options.TopP, options.MinP));
        Assert.Equal((1f, 0f, 0.1f, -1f), (options.TypicalP, options.XtcProbability, options.XtcThreshold, options.TopNSigma));
        Assert.Equal((64, 1f, 0f, 0f),
            (options.RepeatLastN, options.RepeatPenalty, options.FrequencyPenalty, options.PresencePenalty));
        Assert.Equal((0f, 1.75f, 2, 64), (options.DryMultiplier, options.DryBase, options.DryAllowedLength, options.DryPenaltyLastN));
        Assert.Equal(["\n", ":", "\"", "*"], options.DrySequenceBreakers);
        Assert.Equal((0f, 1f), (options.DynamicTemperatureRange, options.DynamicTemperatureExponent));
        Assert.Equal((MirostatMode.Off, 5f, 0.1f, 0), (options.Mirostat, options.MirostatTau, options.MirostatEta, options.MinKeep));
        options.Validate();
    }

    [Theory]
    [InlineData(nameof(SamplingOptions.Temperature), -0.1f)]
    [InlineData(nameof(SamplingOptions.Temperature), float.NaN)]
    [InlineData(nameof(SamplingOptions.Temperature), float.PositiveInfinity)]
    [InlineData(nameof(SamplingOptions.DynamicTemperatureRange), -1f)]
    [InlineData(nameof(SamplingOptions.DynamicTemperatureExponent), float.NaN)]
    [InlineData(nameof(SamplingOptions.TopP), 95f)]
    [InlineData(nameof(SamplingOptions.TopP), float.NaN)]
    [InlineData(nameof(SamplingOptions.MinP), -0.5f)]
    [InlineData(nameof(SamplingOptions.TypicalP), 1.5f)]
    [InlineData(nameof(SamplingOptions.XtcProbability), -1f)]
    [InlineData(nameof(SamplingOptions.XtcThreshold), float.NaN)]
    [InlineData(nameof(SamplingOptions.TopNSigma), float.NaN)]
    [InlineData(nameof(SamplingOptions.RepeatLastN), -1)]
    [InlineData(nameof(SamplingOptions.RepeatPenalty), 0f)]
    [InlineData(nameof(SamplingOptions.FrequencyPenalty), float.NaN)]
    [InlineData(nameof(SamplingOptions.PresencePenalty), float.NegativeInfinity)]
    [InlineData(nameof(SamplingOptions.DryMultiplier), -1f)]
    [InlineData(nameof(SamplingOptions.DryBase), float.NaN)]
    [InlineData(nameof(SamplingOptions.DryAllowedLength), -1)]
    [InlineData(nameof(SamplingOptions.DryPenaltyLastN), -1)]
    [InlineData(nameof(SamplingOptions.Mirostat), (MirostatMode)3)]
    [InlineData(nameof(SamplingOptions.MirostatTau), -5f)]
    [InlineData(nameof(SamplingOptions.MirostatEta), float.NaN)]
    [InlineData(nameof(SamplingOptions.MinKeep), -1)]
    public void A_value_out_of_range_is_refused_by_name(string option, object value)
    {
        var options = new SamplingOptions();
        typeof(SamplingOptions).GetProperty(option)!.SetValue(options, value);
        ArgumentException error = Assert.Throws<ArgumentException>(() => SamplerChain.Create(options, 10));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_bias_that_cannot_be_added_is_refused(float bias)
    {
        var options = new SamplingOptions { LogitBias = new Dictionary<int, float> { [17] = bias } };
        ArgumentException error = Assert.Throws<ArgumentException>(options.Validate);
        Assert.Contains("token 17", error.Message, StringComparison.Ordinal);
    }
}
