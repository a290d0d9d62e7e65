using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Testing;

namespace Engine.Tests.Models.HuggingFace;

/// <summary>A folder as Hugging Face publishes models, of a Llama with a few thousand random weights: the twin of a GGUF model.</summary>
internal sealed class TinyFolder : IDisposable
{
    public const string Weights = "model.safetensors";

    private const int Heads = 4, KeyHeads = TinyFamily.KeyHeads;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes the folder and the GGUF model of the same weights.</summary>
    public TinyFolder()
    {
        Twin = TinyFamilies.All[0].Create();
        foreach ((string name, (long[] shape, float[] values)) in Twin.Tensors)
        {
            float[] rows = name.Contains("attn_q.") ? Unpaired(values, Heads) : name.Contains("attn_k.") ? Unpaired(values, KeyHeads) : values;
            Tensors[NameOf(name)] = new("F32", [.. shape.Reverse()], MemoryMarshal.AsBytes<float>(rows).ToArray());
        }
        Config = new JsonObject
        {
            ["model_type"] = "llama",
            ["hidden_size"] = TinyFamily.Width,
            ["intermediate_size"] = TinyFamily.Inner,
            ["num_hidden_layers"] = TinyFamily.Layers,
            ["num_attention_heads"] = Heads,
            ["num_key_value_heads"] = KeyHeads,
            ["head_dim"] = TinyFamily.HeadSize,
            ["max_position_embeddings"] = TinyFamily.Context,
            ["rms_norm_eps"] = 1e-5,
            ["hidden_act"] = "silu",
            ["rope_theta"] = 10000.0,
            ["tie_word_embeddings"] = !Twin.Has("output.weight"),
            ["torch_dtype"] = "float32",
        };
    }

    /// <summary>A tensor: type, shape with the longest stride first, bytes.</summary>
    public sealed record Tensor(string Type, long[] Shape, byte[] Data);

    /// <summary>The same model as a GGUF file has it.</summary>
    public TinyModel Twin { get; }

    /// <summary>config.json; null leaves it out.</summary>
    public JsonObject? Config { get; set; }

    /// <summary>The tensors by their names in the folder.</summary>
    public Dictionary<string, Tensor> Tensors { get; } = [];

    public string Path => _folder.Path;

    /// <summary>Writes any other file.</summary>
    public TinyFolder Write(string name, string content)
    {
        _folder.Write(name, content);
        return this;
    }

    /// <summary>Writes config.json and all tensors into one file.</summary>
    public TinyFolder Write()
    {
        if (Config is not null) _folder.Write("config.json", Config.ToJsonString());
        _folder.Write(Weights, ToFile(Tensors));
        return this;
    }

    /// <summary>Writes config.json, two shards, and an index.</summary>
    public TinyFolder WriteShards()
    {
        _folder.Write("config.json", Config!.ToJsonString());
        string[] names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
        var map = new JsonObject();
        foreach ((string name, int i) in Tensors.Keys.Select((name, i) => (name, i))) map[name] = names[i % 2];
        for (int shard = 0; shard < 2; shard++)
            _folder.Write(names[shard], ToFile(Tensors.Where((_, i) => i % 2 == shard)));
        _folder.Write("model.safetensors.index.json", new JsonObject { ["weight_map"] = map }.ToJsonString());
        return this;
    }

    public Model Load(ModelOptions? options = null) => Model.Load(Path, options ?? new ModelOptions { Exact = true, Threads = 1 });

    public void Dispose() => _folder.Dispose();

    /// <summary>A safetensors file of these tensors.</summary>
    public static byte[] ToFile(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var header = new JsonObject();
        var data = new List<byte>();
        foreach ((string name, Tensor tensor) in tensors)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = tensor.Type,
                ["shape"] = JsonSerializer.SerializeToNode(tensor.Shape),
                ["data_offsets"] = new JsonArray(data.Count, data.Count + tensor.Data.Length),
            };
            data.AddRange(tensor.Data);
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        return [.. length, .. json, .. data];
    }

    /// <summary>Rows of heads from pairs side by side to the first elements of all pairs and then the second ones.</summary>
    private static float[] Unpaired(float[] values, int heads)
    {
        const int Size = TinyFamily.HeadSize, Columns = TinyFamily.Width;
        var rows = new float[values.Length];
        for (int head = 0; head < heads; head++)
        {
            for (int element = 0; element < Size; element++)
            {
                int target = head * Size + element, source = head * Size + element % (Size / 2) * 2 + element / (Size / 2);
                values.AsSpan(source * Columns, Columns).CopyTo(rows.AsSpan(target * Columns));
            }
        }
        return rows;
    }

    private static string NameOf(string gguf)
    {
        (string Gguf, string Folder)[] names =
        [
            ("token_embd", "model.embed_tokens"), ("output_norm", "model.norm"), ("blk.", "model.layers."), ("attn_norm", "input_layernorm"),
            ("ffn_norm", "post_attention_layernorm"), ("attn_output", "self_attn.o_proj"), ("attn_q", "self_attn.q_proj"),
            ("attn_k", "self_attn.k_proj"), ("attn_v", "self_attn.v_proj"), ("ffn_gate", "mlp.gate_proj"), ("ffn_up", "mlp.up_proj"),
            ("ffn_down", "mlp.down_proj"), ("output.", "lm_head."),
        ];
        return names.Aggregate(gguf, (name, pair) =>
            pair.Gguf == "output." && !name.StartsWith("output.", StringComparison.Ordinal) ? name : name.Replace(pair.Gguf, pair.Folder));
    }
}
