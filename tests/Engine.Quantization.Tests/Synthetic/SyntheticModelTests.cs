using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;
using Engine.Quantization.Synthetic;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Synthetic;

public class SyntheticModelTests
{
    private static readonly ModelShape Small = new("small", "llama", 8, 256, 512, 4, 1, 400, 128, 10_000);

    [Theory]
    [InlineData("Q4_K_M", false)]
    [InlineData("IQ3_XXS", true)]
    public void A_model_in_memory_computes_finite_logits(string type, bool qwen)
    {
        Assert.True(FileTypes.TryParse(type, out FileType? file));
        ModelShape shape = qwen ? Small with { Architecture = "qwen2", IsTied = true, HasBias = true } : Small;
        using var model = Model.Load(SyntheticModel.Create(shape, file).Open("small"), new ModelOptions { Threads = 1 });
        using var session = model.CreateSession();
        foreach (float logit in session.Evaluate([1, 300, 399])) Assert.InRange(logit, -100, 100);
        Assert.Contains("w300", model.Tokenizer.Decode([300]), StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_have_the_types_of_the_mix()
    {
        Assert.True(FileTypes.TryParse("Q4_K_M", out FileType? type));
        using GgufFile file = SyntheticModel.Create(Small, type).Open("small");
        Assert.Equal(QuantType.Q6_K, file.GetTensor("output.weight").Type.Type);
        Assert.Equal(QuantType.Q6_K, file.GetTensor("blk.0.attn_v.weight").Type.Type);
        Assert.Equal(QuantType.Q4_K, file.GetTensor("blk.1.attn_v.weight").Type.Type);
        Assert.Equal(QuantType.F32, file.GetTensor("blk.1.attn_norm.weight").Type.Type);
        Assert.Equal(15, file.Metadata.GetInt32("general.file_type"));
    }

    [Fact]
    public void A_pure_model_is_of_one_type_but_for_rows_that_it_cannot_hold()
    {
        ModelShape odd = Small with { FeedForward = 576 };
        using GgufFile file = SyntheticModel.Create(odd, QuantType.IQ2_S).Open("small");
        Assert.All(file.Tensors.Where(tensor => tensor.Shape.Count == 2), tensor =>
            Assert.Equal(tensor.Shape[0] == 576 ? QuantType.IQ4_NL : QuantType.IQ2_S, tensor.Type.Type));
    }

    [Fact]
    public void The_written_file_is_the_one_in_memory()
    {
        using var folder = new TemporaryFolder();
        SyntheticModel.Create(Small, QuantType.Q4_0).Write(folder["a.gguf"]);
        using GgufFile written = GgufFile.Open(folder["a.gguf"]);
        using GgufFile inMemory = SyntheticModel.Create(Small, QuantType.Q4_0).Open("a");
        Assert.Equal(new FileInfo(folder["a.gguf"]).Length, inMemory.FileBytes);
        Assert.Equal(written.Metadata.Keys, inMemory.Metadata.Keys);
        foreach ((GgufTensor one, GgufTensor other) in written.Tensors.Zip(inMemory.Tensors))
        {
            Assert.Equal((one.Name, one.Offset), (other.Name, other.Offset));
            byte[] expected = new byte[one.ByteLength], found = new byte[one.ByteLength];
            one.Read(0, expected);
            other.Read(0, found);
            Assert.Equal(expected, found);
        }
    }

    [Theory]
    [InlineData("llama-3-8b", 8_030_261_248)]
    [InlineData("llama-3.2-1b", 1_235_814_400)]
    [InlineData("tinyllama-1.1b", 1_100_048_384)]
    [InlineData("qwen2.5-0.5b", 494_032_768)]
    [InlineData("smollm2-135m", 134_515_008)]
    public void Shapes_have_the_published_number_of_parameters(string name, long parameters)
    {
        Assert.True(ModelShape.TryParse(name.ToUpperInvariant(), out ModelShape? shape));
        using GgufFile file = SyntheticModel.Create(shape, QuantType.Q8_0).Open(name);
        Assert.Equal(parameters, file.Tensors.Sum(tensor => tensor.Elements));
    }
}
