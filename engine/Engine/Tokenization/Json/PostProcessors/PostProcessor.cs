namespace Engine.Tokenization.Json.PostProcessors;

/// <summary>A stretch of tokens of one origin: the first text, the second, or special tokens around them.</summary>
/// <param name="Ids">The tokens.</param>
/// <param name="TypeId">Which text the model is to take them for.</param>
internal readonly record struct Segment(IReadOnlyList<int> Ids, int TypeId);

/// <summary>Puts special tokens around texts. Safe for use from many threads.</summary>
internal abstract class PostProcessor
{
    /// <summary>Does nothing.</summary>
    public static PostProcessor None { get; } = new NoPostProcessor();

    /// <summary>How many tokens it adds to one text, or to two.</summary>
    public abstract int CountAdded(bool pair);

    /// <summary>The tokens that it puts before a single text.</summary>
    public int[] AddedBefore => [.. Around().Before];

    /// <summary>The tokens that it puts behind a single text.</summary>
    public int[] AddedBehind => [.. Around().Behind];

    /// <summary>Puts the segments of one or two texts into their places.</summary>
    /// <param name="texts">One segment for each text.</param>
    /// <param name="addSpecial">Whether special tokens are added.</param>
    public abstract IReadOnlyList<Segment> Process(IReadOnlyList<Segment> texts, bool addSpecial);

    private (IEnumerable<int> Before, IEnumerable<int> Behind) Around()
    {
        int[] text = [];
        IReadOnlyList<Segment> segments = Process([new Segment(text, 0)], addSpecial: true);
        int place = segments.Index().First(segment => segment.Item.Ids == text).Index;
        return (segments.Take(place).SelectMany(segment => segment.Ids), segments.Skip(place + 1).SelectMany(segment => segment.Ids));
    }

    private sealed class NoPostProcessor : PostProcessor
    {
        public override int CountAdded(bool pair) => 0;

        public override IReadOnlyList<Segment> Process(IReadOnlyList<Segment> texts, bool addSpecial) => texts;
    }
}

/// <summary>Where texts and special tokens stand: one list for one text, one for two.</summary>
/// <param name="single">The places for one text.</param>
/// <param name="pair">The places for two.</param>
internal sealed class TemplatePostProcessor(TemplatePostProcessor.Place[] single, TemplatePostProcessor.Place[] pair) : PostProcessor
{
    private readonly Place[] _single = single;
    private readonly Place[] _pair = pair;

    /// <summary>One place.</summary>
    /// <param name="Text">Which text stands there, from 0; -1 for special tokens.</param>
    /// <param name="Special">The special tokens.</param>
    /// <param name="TypeId">Which text the model is to take them for.</param>
    public readonly record struct Place(int Text, int[] Special, int TypeId);

    public override int CountAdded(bool pair) => (pair ? _pair : _single).Sum(place => place.Special.Length);

    public override IReadOnlyList<Segment> Process(IReadOnlyList<Segment> texts, bool addSpecial)
    {
        var segments = new List<Segment>();
        foreach (Place place in texts.Count == 1 ? _single : _pair)
        {
            if (place.Text >= 0) segments.Add(new Segment(texts[place.Text].Ids, place.TypeId));
            else if (addSpecial) segments.Add(new Segment(place.Special, place.TypeId));
        }
        return segments;
    }
}

/// <summary>RoBERTa's places: two tokens between two texts, and all texts of one type, whether or not tokens are added.</summary>
internal sealed class RobertaPostProcessor(int cls, int sep) : PostProcessor
{
    public override int CountAdded(bool pair) => pair ? 4 : 2;

    public override IReadOnlyList<Segment> Process(IReadOnlyList<Segment> texts, bool addSpecial)
    {
        var segments = new List<Segment>();
        for (int i = 0; i < texts.Count; i++)
        {
            if (addSpecial) segments.Add(new Segment([i == 0 ? cls : sep], 0));
            segments.Add(texts[i] with { TypeId = 0 });
            if (addSpecial) segments.Add(new Segment([sep], 0));
        }
        return segments;
    }
}
