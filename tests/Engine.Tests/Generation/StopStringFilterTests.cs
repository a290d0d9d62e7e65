using Engine.Generation;
using Xunit;

namespace Engine.Tests.Generation;

public sealed class StopStringFilterTests
{
    [Fact]
    public void Text_that_may_begin_a_stop_string_is_held_back_until_it_cannot()
    {
        var filter = new StopStringFilter(["</s>"]);
        Assert.Equal(["ab", "", "", "</x", ""], Feed(filter, "ab", "<", "/", "x", "<"));
        filter.Flush();
        Assert.Equal("<", filter.Ready.ToString());
        Assert.False(filter.Stopped);
    }

    [Fact]
    public void A_stop_string_over_several_pieces_and_what_follows_are_never_handed_out()
    {
        var filter = new StopStringFilter(["STOP"]);
        Assert.Equal(["x", "", "", ""], Feed(filter, "xS", "T", "", "OPz"));
        Assert.True(filter.Stopped);
        filter.Append("more");
        filter.Flush();
        Assert.Equal("", filter.Ready.ToString());
    }

    [Fact]
    public void The_earliest_of_several_stop_strings_ends_the_text()
    {
        var filter = new StopStringFilter(["lo w", "world", "o"]);
        filter.Append("hello world");
        Assert.Equal(("hel", true), (filter.Ready.ToString(), filter.Stopped));
    }

    [Fact]
    public void Any_cutting_into_pieces_hands_out_the_same_text()
    {
        var random = new Random(5);
        for (int trial = 0; trial < 2000; trial++)
        {
            string text = new(Enumerable.Range(0, random.Next(1, 30)).Select(_ => (char)('a' + random.Next(3))).ToArray());
            string[] stops = Enumerable.Range(0, random.Next(1, 4))
                .Select(_ => new string(Enumerable.Range(0, random.Next(1, 6)).Select(_ => (char)('a' + random.Next(3))).ToArray()))
                .ToArray();
            var filter = new StopStringFilter(stops);
            string handedOut = "";
            int seen = 0;
            while (seen < text.Length && !filter.Stopped)
            {
                int length = Math.Min(random.Next(0, 5), text.Length - seen);
                filter.Append(text.AsSpan(seen, length));
                handedOut += filter.Ready.ToString();
                seen += length;
                Assert.StartsWith(handedOut, text, StringComparison.Ordinal);
            }
            string read = text[..seen];
            int stop = stops.Select(candidate => read.IndexOf(candidate, StringComparison.Ordinal)).Where(at => at >= 0)
                .DefaultIfEmpty(-1).Min();
            Assert.Equal(stop >= 0, filter.Stopped);
            filter.Append([]);
            filter.Flush();
            handedOut += filter.Ready.ToString();
            Assert.Equal(stop >= 0 ? read[..stop] : text, handedOut);
        }
    }

    private static string[] Feed(StopStringFilter filter, params string[] pieces)
    {
        var ready = new List<string>();
        foreach (string piece in pieces)
        {
            filter.Append(piece);
            ready.Add(filter.Ready.ToString());
        }
        return ready.ToArray();
    }
}
