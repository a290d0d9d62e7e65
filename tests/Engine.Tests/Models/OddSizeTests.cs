using Xunit;

namespace Engine.Tests.Models;

/// <summary>
/// Sizes that divide by nothing: one element, one head, a vocabulary of one, values longer than keys, a context of one token.
/// </summary>
public sealed class OddSizeTests
{
    public static IEnumerable<TheoryDataRow<int>> Seeds() => Enumerable.Range(0, 24).Select(seed => new TheoryDataRow<int>(seed));

    [Theory, MemberData(nameof(Seeds))]
    public void A_model_of_odd_sizes_gives_the_same_bits_in_one_batch_and_token_by_token(int seed)
    {
        var random = new Random(seed);
        int vocabulary = random.Next(1, 70), context = random.Next(1, 90);
        TinyModel tiny = Create(random, vocabulary, context);
        int[] tokens = [.. Enumerable.Range(0, context).Select(_ => random.Next(vocabulary))];
        foreach (bool exact in (bool[])[true, false])
        {
            var options = new ModelOptions { Exact = exact, Threads = 1 + seed % 3, BatchSize = 1 + random.Next(2 * context) };
            using Model model = tiny.Load(options);
            using Session whole = model.CreateSession(), single = model.CreateSession();
            float[] expected = whole.Evaluate(tokens).ToArray();
            foreach (int token in tokens) single.Evaluate([token]);
            Assert.Equal(context, single.Position);
            single.Rewind(context - 1);
            Assert.Equal(expected, single.Evaluate(tokens.AsSpan(context - 1)).ToArray());
            Assert.All(expected, logit => Assert.True(float.IsFinite(logit)));
            Assert.Throws<ContextFullException>(() => single.Evaluate([0]).Length);
        }
    }

    private static TinyModel Create(Random random, int vocabulary, int context)
    {
        int width = random.Next(1, 80), groups = random.Next(1, 6), keyHeads = random.Next(1, 4), inner = random.Next(1, 90);
        int keySize = 2 * random.Next(1, 20), valueSize = random.Next(1, 40), layers = random.Next(1, 4), heads = groups * keyHeads;
        TinyModel tiny = new TinyModel("llama").Key("embedding_length", width).Key("block_count", layers).Key("context_length", context)
            .Key("feed_forward_length", inner).Key("attention.head_count", heads).Key("attention.head_count_kv", keyHeads)
            .Key("attention.key_length", keySize).Key("attention.value_length", valueSize).Key("attention.layer_norm_rms_epsilon", 1e-5f)
            .Key("rope.dimension_count", 2 * random.Next(1, keySize / 2 + 1))
            .Key("attention.sliding_window", random.Next(2) * random.Next(1, 70))
            .Matrix("token_embd.weight", width, vocabulary).Factors("output_norm.weight", width);
        for (int layer = 0; layer < layers; layer++)
        {
            string p = $"blk.{layer}.";
            tiny.Factors(p + "attn_norm.weight", width).Factors(p + "ffn_norm.weight", width)
                .Matrix(p + "attn_output.weight", heads * valueSize, width)
                .Matrix(p + "ffn_gate.weight", width, inner).Matrix(p + "ffn_up.weight", width, inner)
                .Matrix(p + "ffn_down.weight", inner, width);
            // Fused, the parts of keys and values start within a panel.
            if (random.Next(2) == 0)
            {
                tiny.Matrix(p + "attn_qkv.weight", width, heads * keySize + keyHeads * (keySize + valueSize));
                continue;
            }
            tiny.Matrix(p + "attn_q.weight", width, heads * keySize).Matrix(p + "attn_k.weight", width, keyHeads * keySize)
                .Matrix(p + "attn_v.weight", width, keyHeads * valueSize);
        }
        return tiny;
    }
}
