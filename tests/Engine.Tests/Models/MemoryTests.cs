using Xunit;

namespace Engine.Tests.Models;

/// <summary>Memory follows the file and the tokens that are there, not the numbers in either.</summary>
public sealed class MemoryTests
{
    private static readonly int[] Prompt = [1, 17, 4, 40, 22, 9, 31, 2];

    [Fact]
    public void A_large_context_takes_memory_only_as_it_fills()
    {
        using Model model = TinyFamilies.All[0].Create().Load();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Session session = model.CreateSession(new SessionOptions { ContextLength = int.MaxValue });
        session.Evaluate(Prompt);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.InRange(session.CacheBytes, 1, 1 << 20);
    }

    [Fact]
    public void Batches_of_a_model_with_odd_sizes_are_small_enough_for_its_file()
    {
        const int Inner = 200_000;
        TinyModel tiny = new TinyModel("llama").Key("embedding_length", 1).Key("block_count", 1).Key("context_length", 512)
            .Key("feed_forward_length", Inner).Key("attention.head_count", 1).Key("attention.key_length", 2)
            .Key("attention.value_length", 1).Key("attention.layer_norm_rms_epsilon", 1e-5f)
            .Matrix("token_embd.weight", 1, 48).Factors("output_norm.weight", 1).Factors("blk.0.attn_norm.weight", 1)
            .Factors("blk.0.ffn_norm.weight", 1).Matrix("blk.0.attn_q.weight", 1, 2).Matrix("blk.0.attn_k.weight", 1, 2)
            .Matrix("blk.0.attn_v.weight", 1, 1).Matrix("blk.0.attn_output.weight", 1, 1).Matrix("blk.0.ffn_gate.weight", 1, Inner)
            .Matrix("blk.0.ffn_up.weight", 1, Inner).Matrix("blk.0.ffn_down.weight", Inner, 1);
        using Model model = tiny.Load();
        // A token takes a third of the file's memory: its inner row is as long as each of three matrices is large.
        Assert.InRange(model.BatchSize, 1, 128);
        using Session session = model.CreateSession();
        session.Evaluate(Prompt);
        Assert.Equal(Prompt.Length, session.Position);
    }
}
