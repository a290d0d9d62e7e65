using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Generation;
using Engine.Sampling;
using Engine.Tests.Tokenization;
using Xunit;

namespace Engine.Tests.Models;

/// <summary>Numbers that are none: in a block they are found while loading, in the logits they end the generation.</summary>
public sealed class NonFiniteTests
{
    private const int Width = 256, Block = 3;

    // NVFP4 has a number for every scale code.
    public static IEnumerable<TheoryDataRow<QuantType>> Types() =>
        QuantTypes.All.Where(info => info.CanDecode && info.Type != QuantType.NVFP4)
            .Select(info => new TheoryDataRow<QuantType>(info.Type));

    [Theory, MemberData(nameof(Types))]
    public void A_scale_that_is_no_number_names_file_tensor_and_block(QuantType type)
    {
        QuantTypeInfo info = QuantTypes.Get(type);
        const string Name = "blk.0.ffn_down.weight";
        MutableModel model = MutableModel.Read(Wide().ToFile());
        var blocks = new byte[info.RowBytes(Width) * Width];
        model.Replace(Name, new(Name, type, [Width, Width], blocks));
        Open(model).Dispose();

        // In every type a scale of ones alone is NaN.
        blocks.AsSpan(Block * info.BlockBytes, info.BlockBytes).Fill(0xFF);
        var exception = Assert.Throws<ModelFormatException>(() => Open(model));
        Assert.Equal(("wide", Name), (exception.File, exception.Item));
        Assert.Contains($"in block {Block} ", exception.Found);
    }

    [Fact]
    public void The_block_of_an_expert_counts_from_the_tensors_start()
    {
        TinyModel tiny = TinyFamilies.All.Single(family => family.ToString() == "llama, Mixtral").Create();
        (long[] shape, float[] values) = tiny.Tensors["blk.1.ffn_up_exps.weight"];
        int index = (int)(2 * shape[0] * shape[1] + 3 * shape[0] + 5);
        values[index] = float.PositiveInfinity;
        var exception = Assert.Throws<ModelFormatException>(() => tiny.Load());
        Assert.Equal("blk.1.ffn_up_exps.weight", exception.Item);
        Assert.Contains($"in block {index} (row {2 * shape[1] + 3}, column 5)", exception.Found);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.8f)]
    public void Logits_that_are_no_numbers_end_the_generation(float temperature)
    {
        SmallVocabulary vocabulary = SmallVocabulary.Llama();
        TinyModel tiny = Wide(vocabulary.Count);
        foreach ((string key, GgufValue value) in vocabulary.ToMetadata()) tiny.Raw(key, value);
        // Finite weights whose sums are not.
        tiny["output_norm.weight"].AsSpan().Fill(3e38f);
        tiny["output.weight"].AsSpan().Fill(3e38f);
        using Model model = tiny.Load();
        using Session session = model.CreateSession();
        GenerationRun run = new Generator(session).Start(
            [5, 6], new GenerationOptions { Sampling = new SamplingOptions { Temperature = temperature } });
        Assert.Throws<SamplingException>(() => run.Step());
        Assert.False(run.Step());
    }

    /// <summary>A model wide enough for every type's blocks.</summary>
    private static TinyModel Wide(int vocabulary = 8)
    {
        TinyModel tiny = new TinyModel("llama").Key("embedding_length", Width).Key("block_count", 1).Key("context_length", 16)
            .Key("feed_forward_length", Width).Key("attention.head_count", 4).Key("attention.layer_norm_rms_epsilon", 1e-5f)
            .Matrix("token_embd.weight", Width, vocabulary).Matrix("output.weight", Width, vocabulary)
            .Factors("output_norm.weight", Width).Factors("blk.0.attn_norm.weight", Width).Factors("blk.0.ffn_norm.weight", Width);
        foreach (string name in (string[])["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"])
            tiny.Matrix($"blk.0.{name}.weight", Width, Width);
        return tiny;
    }

    private static Model Open(MutableModel model) =>
        Model.Load(GgufFile.Open(model.ToFile()!, "wide"), new ModelOptions { Threads = 2 });
}
