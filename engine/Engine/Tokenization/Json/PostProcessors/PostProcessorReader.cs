using Engine.Formats;

namespace Engine.Tokenization.Json.PostProcessors;

/// <summary>Reads the field post_processor of a tokenizer.json.</summary>
/// <param name="vocabularySize">Special tokens are below it.</param>
internal sealed class PostProcessorReader(int vocabularySize)
{
    private const string Known = "Sequence, TemplateProcessing, BertProcessing, RobertaProcessing, ByteLevel";

    /// <summary>Reads a post-processor.</summary>
    /// <exception cref="ModelFormatException">It is of an unknown kind, or a field is missing or wrong.</exception>
    public PostProcessor Read(JsonNode node) => node.Kind() switch
    {
        "Sequence" => ReadSequence(node),
        "TemplateProcessing" => ReadTemplate(node),
        "BertProcessing" => ReadBert(ReadToken(node, "cls"), ReadToken(node, "sep")),
        "RobertaProcessing" => new RobertaPostProcessor(ReadToken(node, "cls"), ReadToken(node, "sep")),
        "ByteLevel" => PostProcessor.None,  // it trims the places of tokens in the text, which nobody is told here
        _ => throw node.UnknownKind("post-processor", Known),
    };

    /// <summary>Of processors in a row at most one adds tokens: a second one would not know which are the texts.</summary>
    private PostProcessor ReadSequence(JsonNode node)
    {
        PostProcessor[] steps = [.. node.Get("processors").Items().Select(Read).Where(step => step != PostProcessor.None)];
        return steps.Length switch
        {
            0 => PostProcessor.None,
            1 => steps[0],
            _ => throw node.Error($"{steps.Length} processors that place tokens", "one at most"),
        };
    }

    private static TemplatePostProcessor ReadBert(int cls, int sep)
    {
        TemplatePostProcessor.Place[] single = [new(-1, [cls], 0), new(0, [], 0), new(-1, [sep], 0)];
        return new TemplatePostProcessor(single, [.. single, new(1, [], 1), new(-1, [sep], 1)]);
    }

    private TemplatePostProcessor ReadTemplate(JsonNode node)
    {
        var special = new Dictionary<string, int[]>();
        foreach ((string name, JsonNode token) in node.Get("special_tokens").Members())
            special[name] = [.. token.Get("ids").Items().Select(Check)];
        return new TemplatePostProcessor(ReadPlaces(node.Get("single"), 1, special), ReadPlaces(node.Get("pair"), 2, special));
    }

    private static TemplatePostProcessor.Place[] ReadPlaces(JsonNode node, int texts, Dictionary<string, int[]> special)
    {
        TemplatePostProcessor.Place[] places = [.. node.Items().Select(item => ReadPlace(item, texts, special))];
        for (int text = 0; text < texts; text++)
        {
            int count = places.Count(place => place.Text == text);
            if (count != 1) throw node.Error($"sequence {"AB"[text]} {count} times", "once");
        }
        return places;
    }

    private static TemplatePostProcessor.Place ReadPlace(JsonNode node, int texts, Dictionary<string, int[]> special)
    {
        if (node.Find("Sequence") is JsonNode sequence)
        {
            int text = sequence.GetText("id") switch { "A" => 0, "B" when texts == 2 => 1, _ => -1 };
            if (text < 0) throw sequence.Error($"the sequence {JsonNode.Shown(sequence.GetText("id"))}", texts == 2 ? "A or B" : "A");
            return new TemplatePostProcessor.Place(text, [], sequence.GetNumber("type_id"));
        }
        JsonNode token = node.Find("SpecialToken") ?? throw node.Error("no Sequence and no SpecialToken", "one of them");
        if (!special.TryGetValue(token.GetText("id"), out int[]? ids))
            throw token.Error(JsonNode.Shown(token.GetText("id")), "one of the special_tokens");
        return new TemplatePostProcessor.Place(-1, ids, token.GetNumber("type_id"));
    }

    /// <summary>A token as a pair of text and number.</summary>
    private int ReadToken(JsonNode node, string name)
    {
        JsonNode pair = node.Get(name);
        JsonNode[] parts = [.. pair.Items()];
        if (parts.Length != 2) throw pair.Error($"{parts.Length} values", "a text and a number");
        parts[0].Text();
        return Check(parts[1]);
    }

    private int Check(JsonNode node)
    {
        int id = node.Number();
        return id < vocabularySize ? id : throw node.Error($"token {id}", $"a token from 0 to {vocabularySize - 1}");
    }
}
