using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Conversion;
using Engine.Quantization.Mixes;
using Engine.Testing;
using Xunit;

namespace Engine.Quantization.Tests.Conversion;

/// <summary>GGUF files that are made of folders.</summary>
public sealed class FolderConversionTests : IDisposable
{
    private const string Models = "fixtures/models";
    private const int Width = 64, Rows = 48;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static IEnumerable<TheoryDataRow<string>> Names() => SharedFiles.Root is null
        ? [new TheoryDataRow<string>("")]
        : Directory.GetDirectories(Path.Combine(SharedFiles.Root, Models)).Select(path => new TheoryDataRow<string>(Path.GetFileName(path)));

    [Theory, MemberData(nameof(Names))]
    public void A_file_gives_the_bits_of_its_folder(string name)
    {
        string folder = SharedFiles.Require($"{Models}/{name}/hf");
        Assert.Equal(Logits(folder), Logits(Convert(folder, "F32")));
    }

    [Theory]
    [InlineData("F32", QuantType.F32)]
    [InlineData("F16", QuantType.F16)]
    [InlineData("BF16", QuantType.BF16)]
    [InlineData("Q8_0", QuantType.Q8_0)]
    public void Matrices_take_the_type_and_norms_are_single(string type, QuantType expected)
    {
        WriteModel();
        string path = Convert(_folder.Path, type);
        using GgufFile file = GgufFile.Open(path);
        Assert.Equal(expected, file.GetTensor("blk.0.ffn_up.weight").Type.Type);
        Assert.Equal(QuantType.F32, file.GetTensor("blk.0.attn_norm.weight").Type.Type);
        Assert.Equal("no_vocab", file.Metadata.GetString("tokenizer.ggml.model"));
        Assert.Equal(GgufValueType.UInt32, file.Metadata["llama.embedding_length"].Type);
        Assert.Equal(Rows, file.Metadata.GetInt32("llama.vocab_size"));
        // The weights are of BF16, which F32 and BF16 hold.
        if (expected is QuantType.F32 or QuantType.BF16) Assert.Equal(Logits(_folder.Path), Logits(path));
    }

    private string Convert(string folder, string type)
    {
        using IModelSource source = ModelSources.Open(folder);
        var quantizer = new Quantizer(source, new QuantizeOptions { FileType = FileTypes.All.Single(file => file.Name == type), Threads = 2 });
        return Assert.Single(quantizer.Write(_folder["out.gguf"]));
    }

    private static float[] Logits(string path)
    {
        int[] prompt = [3, 1, 4, 1, 5, 9, 2, 6];
        using Model model = Model.Load(path, new ModelOptions { Exact = true, Threads = 1 });
        if (model.Config.Architecture == "bert") return model.Embed(prompt);
        using Session session = model.CreateSession();
        return session.Evaluate(prompt).ToArray();
    }

    /// <summary>A Llama of one layer with random weights in BF16.</summary>
    private void WriteModel()
    {
        _folder.Write("config.json", """
            {"model_type": "llama", "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4,
             "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "hidden_act": "silu", "tie_word_embeddings": true}
            """);
        var random = new Random(5);
        var header = new JsonObject();
        var data = new List<byte>();
        Add("model.embed_tokens", Rows, Width);
        Add("model.norm", Width);
        foreach (string name in (string[])["input_layernorm", "post_attention_layernorm"]) Add("model.layers.0." + name, Width);
        string[] matrices =
        [
            "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj",
        ];
        foreach (string name in matrices) Add("model.layers.0." + name, Width, Width);
        byte[] json = System.Text.Encoding.UTF8.GetBytes(header.ToJsonString());
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        _folder.Write("model.safetensors", [.. length, .. json, .. data]);

        void Add(string name, params int[] shape)
        {
            int start = data.Count;
            for (int i = shape.Aggregate(1, (product, axis) => product * axis); i > 0; i--)
            {
                ushort half = (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle() - 0.5f) >> 16);
                data.AddRange([(byte)half, (byte)(half >> 8)]);
            }
            header[name + ".weight"] = new JsonObject
            {
                ["dtype"] = "BF16",
                ["shape"] = new JsonArray([.. shape.Select(axis => JsonValue.Create(axis))]),
                ["data_offsets"] = new JsonArray(start, data.Count),
            };
        }
    }
}
