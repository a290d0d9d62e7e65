using Xunit;

namespace Engine.Kernels.Tests;

public sealed class PieceSharesTests
{
    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 0)]
    [InlineData(3, 2)]
    [InlineData(3, 100)]
    [InlineData(64, 65)]
    public void Shares_hold_every_piece_once_in_order(int workers, int count)
    {
        var shares = new PieceShares(workers);
        for (int job = 0; job < 3; job++)
        {
            shares.Reset(count);
            var taken = new List<int>();
            for (int owner = 0; owner < workers; owner++)
                for (int piece; (piece = shares.Take(owner)) >= 0;) taken.Add(piece);
            Assert.Equal(Enumerable.Range(0, count), taken);
        }
    }

    [Fact]
    public void Shares_differ_by_one_piece_at_most()
    {
        var shares = new PieceShares(3);
        shares.Reset(10);
        var sizes = new int[3];
        for (int owner = 0; owner < 3; owner++)
            while (shares.Take(owner) >= 0) sizes[owner]++;
        Assert.Equal(1, sizes.Max() - sizes.Min());
    }

    [Fact]
    public void A_job_left_early_leaves_nothing_to_the_next()
    {
        var shares = new PieceShares(2);
        shares.Reset(10);
        Assert.Equal(0, shares.Take(0));
        Assert.Equal(5, shares.Take(1));
        shares.Reset(4);
        Assert.Equal([0, 1, -1], [shares.Take(0), shares.Take(0), shares.Take(0)]);
        Assert.Equal([2, 3, -1], [shares.Take(1), shares.Take(1), shares.Take(1)]);
    }

    [Fact]
    public void Takers_of_one_share_never_get_the_same_piece()
    {
        const int Count = 100_000;
        var shares = new PieceShares(1);
        shares.Reset(Count);
        var seen = new int[Count];
        void Drain()
        {
            for (int piece; (piece = shares.Take(0)) >= 0;) Interlocked.Increment(ref seen[piece]);
        }
        Parallel.Invoke(Drain, Drain, Drain, Drain);
        Assert.All(seen, times => Assert.Equal(1, times));
    }
}
