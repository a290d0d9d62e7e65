using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Quantization.Mixes;

namespace Engine.Quantization.Synthetic;

/// <summary>
/// A model of a published shape with random weights in the types of a mix: it computes nothing sensible, and takes as long as the
/// real one. Random blocks are made in their type directly, so that any type works and no encoder is needed.
/// </summary>
public static class SyntheticModel
{
    private const float Epsilon = 1e-5f;

    /// <summary>Puts a model together; nothing large is made before its tensors are read.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="file">The file type.</param>
    /// <param name="options">What differs from the file type's own choice; null for nothing.</param>
    /// <returns>A writer that writes the file, or opens it without writing.</returns>
    public static GgufWriter Create(ModelShape shape, FileType file, MixOptions? options = null)
    {
        IReadOnlyList<TensorDescription> tensors = [.. Tensors(shape)];
        var traits = new ModelTraits(shape.Architecture, shape.Layers, shape.Heads / shape.KeyValueHeads, Experts: 0);
        return Create(shape, file.Id, MixPlanner.Plan(file, traits, tensors, options).Select(plan => (plan.Tensor, plan.Type)));
    }

    /// <summary>Puts a model together whose matrices are all of one type, or of its substitute where a row is no whole number of blocks.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="type">A type of weights, also one that no file type is named after.</param>
    public static GgufWriter Create(ModelShape shape, QuantType type)
    {
        int id = FileTypes.All.FirstOrDefault(candidate => candidate.BaseType == type)?.Id ?? 0;
        return Create(shape, id, Tensors(shape).Select(tensor =>
            (tensor, TensorRoles.IsQuantizable(tensor) ? TypeFallback.For(type, tensor.Columns) : tensor.Type)));
    }

    private static GgufWriter Create(ModelShape shape, int fileType, IEnumerable<(TensorDescription Tensor, QuantType Type)> tensors)
    {
        var writer = new GgufWriter();
        AddMetadata(writer, shape, fileType);
        SyntheticVocabulary.AddTo(writer, shape.Vocabulary);
        int seed = 0;
        foreach ((TensorDescription tensor, QuantType type) in tensors)
        {
            QuantTypeInfo info = QuantTypes.Get(type);
            long[] lengths = [.. tensor.Shape];
            if (lengths.Length == 1)
            {
                writer.AddTensor(tensor.Name, info, lengths, Constants(lengths[0], tensor.Name.EndsWith("weight", StringComparison.Ordinal) ? 1 : 0));
                continue;
            }
            writer.AddTensor(tensor.Name, info, lengths, new RandomTensor(tensor.Name, info, lengths[1], lengths[0], ++seed));
        }
        return writer;
    }

    private static void AddMetadata(GgufWriter writer, ModelShape shape, int fileType)
    {
        string family = shape.Architecture;
        writer.Add("general.architecture", GgufValue.Of(family));
        writer.Add("general.name", GgufValue.Of($"random {shape.Name}"));
        writer.Add("general.file_type", GgufValue.Of((uint)fileType));
        writer.Add("general.quantization_version", GgufValue.Of(2u));
        Add("block_count", shape.Layers);
        Add("context_length", shape.Context);
        Add("embedding_length", shape.Width);
        Add("feed_forward_length", shape.FeedForward);
        Add("attention.head_count", shape.Heads);
        Add("attention.head_count_kv", shape.KeyValueHeads);
        Add("rope.dimension_count", shape.HeadLength);
        Add("vocab_size", shape.Vocabulary);
        writer.Add($"{family}.attention.layer_norm_rms_epsilon", GgufValue.Of(Epsilon));
        writer.Add($"{family}.rope.freq_base", GgufValue.Of(shape.RopeBase));

        void Add(string key, int value) => writer.Add($"{family}.{key}", GgufValue.Of((uint)value));
    }

    private static IEnumerable<TensorDescription> Tensors(ModelShape shape)
    {
        int shared = shape.KeyValueHeads * shape.HeadLength;
        yield return Of("token_embd.weight", shape.Width, shape.Vocabulary);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            string block = $"blk.{layer}.";
            yield return Of(block + "attn_norm.weight", shape.Width);
            yield return Of(block + "attn_q.weight", shape.Width, shape.Width);
            yield return Of(block + "attn_k.weight", shape.Width, shared);
            yield return Of(block + "attn_v.weight", shape.Width, shared);
            if (shape.HasBias)
            {
                yield return Of(block + "attn_q.bias", shape.Width);
                yield return Of(block + "attn_k.bias", shared);
                yield return Of(block + "attn_v.bias", shared);
            }
            yield return Of(block + "attn_output.weight", shape.Width, shape.Width);
            yield return Of(block + "ffn_norm.weight", shape.Width);
            yield return Of(block + "ffn_gate.weight", shape.Width, shape.FeedForward);
            yield return Of(block + "ffn_up.weight", shape.Width, shape.FeedForward);
            yield return Of(block + "ffn_down.weight", shape.FeedForward, shape.Width);
        }
        yield return Of("output_norm.weight", shape.Width);
        if (!shape.IsTied) yield return Of("output.weight", shape.Width, shape.Vocabulary);

        static TensorDescription Of(string name, params long[] lengths) => new(name, lengths, QuantType.F32);
    }

    private static byte[] Constants(long count, float value)
    {
        float[] values = new float[count];
        Array.Fill(values, value);
        byte[] bytes = new byte[count * sizeof(float)];
        QuantTypes.Get(QuantType.F32).Encode(values, bytes);
        return bytes;
    }
}
