using System.Text.Json;
using Engine.Formats.Gguf;
using Engine.Testing;
using Xunit;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>Checkpoints as the quantizing tools wrote them give the logits of their own dequantised weights, in exact arithmetic.</summary>
public sealed class QuantizedFolderTests
{
    private const string Folder = "fixtures/interop";
    private const float RelativeError = 1e-4f;
    private const float BlockError = 7e-3f;

    // Activations of 8 bits: three inputs in each layer are six times as large as the others.
    private const float FastError = 6e-2f;

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
        CheckLogits(name, Model.Load(folder, new ModelOptions { Exact = true, Threads = 2 }), RelativeError);
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
        // In exact arithmetic blocks differ from the tool's weights by the last bit of F16 or BF16, of products or of offsets.
        CheckLogits(name, LoadBlocks(folder, exact: true), BlockError);
        long bytes = CheckLogits(name, LoadBlocks(folder, exact: false), FastError);
        using Model decoded = Model.Load(folder, new ModelOptions { Exact = true, Threads = 1 });
        Assert.True(bytes < decoded.WeightBytes * 0.8, $"{bytes} bytes against {decoded.WeightBytes} decoded");
    }

    private static Model LoadBlocks(string folder, bool exact) => Model.Load(
        ModelSources.Open(folder, new GgufOpenOptions { IntegerBlocks = true }), new ModelOptions { Exact = exact, Threads = 2 });

    /// <summary>Evaluates the fixture's prompt, disposes of the model and returns how many bytes its weights took.</summary>
    private static long CheckLogits(string name, Model model, float bound)
    {
        using Model owned = model;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(SharedFiles.Require($"{Folder}/{name}/expected.json")));
        float[] expected = Reference.Floats(document.RootElement.GetProperty("logits_last"));
        using Session session = model.CreateSession();
        float[] actual = session.Evaluate(Reference.Ints(document.RootElement.GetProperty("prompt_ids"))).ToArray();
        Assert.Equal(expected.Length, actual.Length);
        float error = expected.Zip(actual).Max(pair => MathF.Abs(pair.First - pair.Second)) / expected.Max(MathF.Abs);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: {error:E1} of the largest logit");
        Assert.True(error <= bound, $"{name}: the error is {error:E2} of the largest logit.");
        return model.WeightBytes;
    }
}
