using System.Text.Json;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>Checkpoints as the quantizing tools wrote them give the logits of their own dequantised weights, in exact arithmetic.</summary>
public sealed class QuantizedFolderTests
{
    private const string Folder = "fixtures/interop";
    private const float RelativeError = 1e-4f;
    private const float FastError = 2e-2f;

    public static IEnumerable<TheoryDataRow<string>> Names() => SharedFiles.Root is null
        ? [new TheoryDataRow<string>("")]
        : Directory.EnumerateDirectories(Path.Combine(SharedFiles.Root, Folder))
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")) && File.Exists(Path.Combine(folder, "expected.json")))
            .Order(StringComparer.Ordinal)
            .Select(folder => new TheoryDataRow<string>(Path.GetFileName(folder)));

    [Theory, MemberData(nameof(Names))]
    public void Logits_are_those_of_the_dequantised_weights(string name)
    {
        string folder = SharedFiles.Require($"{Folder}/{name}");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        float[] expected = Reference.Floats(document.RootElement.GetProperty("logits_last"));
        using Model model = Model.Load(folder, new ModelOptions { Exact = true, Threads = 2 });
        using Session session = model.CreateSession();
        float[] actual = session.Evaluate(Reference.Ints(document.RootElement.GetProperty("prompt_ids"))).ToArray();
        Assert.Equal(expected.Length, actual.Length);
        float error = expected.Zip(actual).Max(pair => MathF.Abs(pair.First - pair.Second)) / expected.Max(MathF.Abs);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {error:E1} of the largest logit");
        Assert.True(error <= RelativeError, $"{name}: the error is {error:E2} of the largest logit.");
    }

    [Theory]
    [InlineData("gptq-4bit-g128-sym")]
    [InlineData("gptq-3bit-g128")]
    [InlineData("gptq-4bit-g32-asym")]
    [InlineData("gptq-8bit-channel")]
    [InlineData("awq-gemm-g128")]
    [InlineData("awq-gemv-g128")]
    [InlineData("ct-w4a16-g128")]
    [InlineData("ct-w4a16-asym-g128")]
    [InlineData("ct-w8a8-int8")]
    [InlineData("ct-mxfp4")]
    [InlineData("gptoss-mxfp4")]
    [InlineData("bnb-int8")]
    [InlineData("torchao-int8-dynamic")]
    public void The_fast_path_multiplies_by_the_integers_and_takes_less_memory(string name)
    {
        string folder = SharedFiles.Require($"{Folder}/{name}");
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "expected.json")));
        int[] prompt = Reference.Ints(document.RootElement.GetProperty("prompt_ids"));
        float[] expected = Reference.Floats(document.RootElement.GetProperty("logits_last"));
        long bytes;
        using (Model model = Model.Load(folder, new ModelOptions { Threads = 2 }))
        {
            bytes = model.WeightBytes;
            using Session session = model.CreateSession();
            float[] actual = session.Evaluate(prompt).ToArray();
            float error = expected.Zip(actual).Max(pair => MathF.Abs(pair.First - pair.Second)) / expected.Max(MathF.Abs);
            TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {error:E1} of the largest logit");
            Assert.True(error <= FastError, $"{name}: the error is {error:E2} of the largest logit.");
        }
        using Model exact = Model.Load(folder, new ModelOptions { Exact = true, Threads = 1 });
        Assert.True(bytes < exact.WeightBytes * 0.8, $"{bytes} bytes against {exact.WeightBytes} decoded");
    }
}
