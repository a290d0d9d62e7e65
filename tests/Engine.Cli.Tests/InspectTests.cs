using System.Text.Json;
using Xunit;

namespace Engine.Cli.Tests;

public class InspectTests
{
    [Fact]
    public void Inspect_without_a_model_describes_the_default_model()
    {
        string text = EngineProcess.Run("inspect").AssertSuccess();
        Assert.Contains("134.52 M", text, StringComparison.Ordinal);
        Assert.Contains("Q4_1", text, StringComparison.Ordinal);
        Assert.Contains("general.architecture", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Inspect_json_lists_types_metadata_and_tensors()
    {
        string text = EngineProcess.Run("inspect", DefaultModel.Path, "--json", "--tensors").AssertSuccess();
        var model = JsonDocument.Parse(text).RootElement;
        Assert.Equal("llama", model.GetProperty("architecture").GetString());
        Assert.Equal(134515008, model.GetProperty("parameters").GetInt64());
        Assert.Equal(272, model.GetProperty("tensors").GetArrayLength());
        Assert.Equal(5.7437, model.GetProperty("bits_per_weight").GetDouble(), 4);
        Assert.Equal(8192, model.GetProperty("metadata").GetProperty("llama.context_length").GetInt32());
        Assert.Equal(272, model.GetProperty("types").EnumerateArray().Sum(type => type.GetProperty("tensors").GetInt32()));
    }

    [Theory]
    [InlineData("f32", "f32", 1024 * 30 * 2 * 192 * 4)]
    [InlineData("q8_0", "q4_0", 1024 * 30 * 6 * (34 + 18))]
    public void Inspect_counts_the_cache_in_the_types_asked_for(string keys, string values, int bytes)
    {
        string text = EngineProcess.Run("inspect", "--json", "-c", "1024", "--ctk", keys, "--ctv", values).AssertSuccess();
        var memory = JsonDocument.Parse(text).RootElement.GetProperty("memory");
        Assert.Equal(bytes, memory.GetProperty("cache_bytes").GetInt32());
    }

    [Fact]
    public void Info_json_names_the_processor_and_the_kernels()
    {
        var info = JsonDocument.Parse(EngineProcess.Run("info", "--json").AssertSuccess()).RootElement;
        Assert.NotEqual("", info.GetProperty("processor").GetString());
        Assert.NotEqual("", info.GetProperty("kernels").GetString());
        Assert.True(info.GetProperty("threads").GetInt32() > 0);
        Assert.True(info.GetProperty("memory_bytes").GetInt64() > 0);
    }
}
