using Xunit;

namespace Engine.Tests.Models;

/// <summary>What is used after it was disposed, or disposed while it is used, throws and touches no freed memory.</summary>
public sealed class DisposalTests
{
    private static readonly int[] Prompt = [1, 17, 4, 40, 22, 9, 31, 2];

    private static Model Llama() => TinyFamilies.All[0].Create().Load();

    [Fact]
    public void A_session_of_a_disposed_model_throws()
    {
        Model model = Llama();
        using Session session = model.CreateSession();
        session.Evaluate(Prompt);
        model.Dispose();
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Evaluate(Prompt).Length);
        Assert.Throws<ObjectDisposedException>(() => model.CreateSession());
        session.Rewind(2);
    }

    [Fact]
    public void A_disposed_session_throws()
    {
        using Model model = Llama();
        Session session = model.CreateSession();
        session.Evaluate(Prompt);
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(() => session.Evaluate([1]).Length);
        Assert.Throws<ObjectDisposedException>(() => session.EvaluateAll([1], (_, _) => { }));
    }

    [Fact]
    public void A_model_disposed_by_a_receiver_is_freed_after_the_pass()
    {
        Model model = Llama();
        using Session session = model.CreateSession();
        var sums = new List<float>();
        session.EvaluateAll(Prompt, (position, logits) =>
        {
            model.Dispose();
            float sum = 0;
            foreach (float logit in logits) sum += logit;
            sums.Add(sum);
        });
        Assert.Equal(Prompt.Length, sums.Count);
        Assert.All(sums, sum => Assert.True(float.IsFinite(sum)));
        Assert.Throws<ObjectDisposedException>(() => session.Evaluate(Prompt).Length);
    }

    [Fact]
    public void A_session_disposed_by_a_receiver_reads_no_further_batch()
    {
        using Model model = TinyFamilies.All[0].Create().Load(new ModelOptions { Exact = true, Threads = 1, BatchSize = 2 });
        Session session = model.CreateSession();
        int received = 0;
        Assert.Throws<ObjectDisposedException>(() => session.EvaluateAll(Prompt, (_, _) =>
        {
            received++;
            session.Dispose();
        }));
        Assert.Equal(2, received);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Disposing_while_another_thread_generates_ends_it(bool model)
    {
        for (int round = 0; round < 20; round++)
        {
            using Model owner = Llama();
            using Session session = owner.CreateSession();
            using var started = new ManualResetEventSlim();
            Task evaluation = Task.Run(() =>
            {
                while (true)
                {
                    if (session.Position == session.ContextLength) session.Rewind(0);
                    session.Evaluate([3]);
                    started.Set();
                }
            }, TestContext.Current.CancellationToken);
            started.Wait(TestContext.Current.CancellationToken);
            Thread.Sleep(round % 3);
            if (model) owner.Dispose();
            else session.Dispose();
            var aggregate = Assert.Throws<AggregateException>(() => evaluation.Wait(TestContext.Current.CancellationToken));
            Assert.IsType<ObjectDisposedException>(aggregate.InnerException);
        }
    }
}
