using Engine.Evaluation;
using Xunit;

namespace Engine.Tests.Evaluation;

public class TokenWindowsTests
{
    private static readonly int[] Text = [.. Enumerable.Range(100, 21)];

    [Fact]
    public void An_incomplete_last_window_is_dropped()
    {
        var windows = new TokenWindows(Text, 8);
        Assert.Equal(2, windows.Count);
        Assert.Equal([108, 109, 110, 111, 112, 113, 114, 115], Window(windows, 1));
    }

    [Fact]
    public void The_second_half_is_scored_but_for_the_last_position()
    {
        var windows = new TokenWindows(Text, 8);
        Assert.Equal((4, 3), (windows.FirstScored, windows.ScoredPerWindow));
        var odd = new TokenWindows(Text, 7);
        Assert.Equal((3, 3), (odd.FirstScored, odd.ScoredPerWindow));
    }

    [Fact]
    public void The_token_that_begins_texts_takes_the_place_of_each_windows_first()
    {
        var windows = new TokenWindows(Text, 5, first: 1, most: 3);
        Assert.Equal(3, windows.Count);
        Assert.Equal([1, 106, 107, 108, 109], Window(windows, 1));
    }

    [Fact]
    public void A_text_shorter_than_a_window_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => new TokenWindows(Text, 22));
        Assert.Contains("21 tokens", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenWindows(Text, TokenWindows.MinimumLength - 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenWindows(Text, 8, most: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Window(new TokenWindows(Text, 8), 2));
    }

    [Fact]
    public void The_papers_score_every_position_but_the_last()
    {
        var windows = new TokenWindows(Text, 8, convention: WindowConvention.Papers);
        Assert.Equal((0, 7), (windows.FirstScored, windows.ScoredPerWindow));
    }

    private static int[] Window(TokenWindows windows, int index)
    {
        int[] tokens = new int[windows.Length];
        windows.CopyTo(index, tokens);
        return tokens;
    }
}
