using Engine.Formats;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>The factors NAME.scale that files with NVFP4 weights have beside their matrices.</summary>
public sealed class MatrixScaleTests
{
    private static readonly int[] Prompt = [1, 17, 4, 40, 22, 9];

    [Theory]
    [InlineData("llama")]
    [InlineData("phi3")]
    [InlineData("qwen2")]
    [InlineData("qwen3moe")]
    [InlineData("gpt-oss")]
    public void A_matrix_and_its_factor_are_the_product_of_both(string architecture)
    {
        TinyFamily family = TinyFamilies.All.First(one => one.Architecture == architecture);
        TinyModel plain = family.Create(), scaled = family.Create();
        string[] matrices = [.. plain.Tensors.Where(IsScalable).Select(tensor => tensor.Key)];
        Assert.NotEmpty(matrices);
        foreach (string name in matrices)
        {
            long[] shape = scaled.Tensors[name].Shape;
            int count = shape.Length == 3 ? (int)shape[2] : 1;
            string scale = name[..^"weight".Length] + "scale";
            scaled.Factors(scale, count);
            // Powers of two, so that nothing is rounded; each matrix of a stack has its own.
            for (int i = 0; i < count; i++) scaled[scale][i] = i % 2 == 0 ? 4f : 0.5f;
            float[] values = scaled[name];
            for (int i = 0; i < values.Length; i++) values[i] /= scaled[scale][i / (values.Length / count)];
            scaled.Factors(scale.Replace(".scale", ".input_scale", StringComparison.Ordinal), count);
        }
        Assert.Equal(Logits(plain), Logits(scaled));
    }

    [Fact]
    public void A_factor_of_another_shape_is_refused()
    {
        TinyModel tiny = TinyFamilies.All.First(one => one.Architecture == "llama").Create();
        tiny.Factors("blk.0.attn_output.scale", 2);
        var error = Assert.Throws<ModelFormatException>(() => tiny.Load());
        Assert.Equal("blk.0.attn_output.scale", error.Item);
    }

    private static bool IsScalable(KeyValuePair<string, (long[] Shape, float[] Values)> tensor) =>
        tensor.Value.Shape.Length > 1 && tensor.Key.EndsWith(".weight", StringComparison.Ordinal)
        && tensor.Key != "token_embd.weight" && !tensor.Key.Contains("norm", StringComparison.Ordinal);

    private static float[] Logits(TinyModel tiny)
    {
        using Model model = tiny.Load();
        using Session session = model.CreateSession();
        return session.Evaluate(Prompt).ToArray();
    }
}
