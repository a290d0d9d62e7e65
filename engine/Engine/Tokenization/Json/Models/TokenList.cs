using System.Text;
using System.Text.Json;
using Engine.Formats;

namespace Engine.Tokenization.Json.Models;

/// <summary>The tokens of a model as they are read: texts by number, without two of one text or one number.</summary>
internal sealed class TokenList
{
    private const int FreeHoles = 100_000;

    private readonly List<byte[]?> _texts = [];
    private readonly Dictionary<string, int> _ids = [];

    private TokenList()
    {
    }

    /// <summary>Number of tokens, without the numbers that none has.</summary>
    public int Count => _ids.Count;

    /// <summary>Log probabilities, where the model has them.</summary>
    public double[]? Scores { get; private set; }

    /// <summary>Reads an object of texts and numbers.</summary>
    public static TokenList ReadMap(JsonNode node)
    {
        var list = new TokenList();
        int most = node.Demand(JsonValueKind.Object, "an object").Count + FreeHoles;
        foreach (JsonProperty token in node.Fields())
        {
            string text = token.Name;
            if (token.Value.ValueKind != JsonValueKind.Number || !token.Value.TryGetInt32(out int id) || id < 0 || id >= most)
                throw node.Error($"{JsonNode.Shown(token.Value.GetRawText())} for {JsonNode.Shown(text)}", $"a number from 0 to {most - 1}");
            if (list._ids.ContainsKey(text)) throw node.Error($"{JsonNode.Shown(text)} twice", "each token once");
            if (list.Find(id) is byte[] other)
                throw node.Error($"the number {id} for {JsonNode.Shown(Encoding.UTF8.GetString(other))} and {JsonNode.Shown(text)}", "each number once");
            list.Add(text, id);
        }
        return list;
    }

    /// <summary>Reads an array of texts with their log probabilities.</summary>
    public static TokenList ReadPairs(JsonNode node)
    {
        var list = new TokenList();
        var scores = new List<double>();
        foreach (JsonElement pair in node.Demand(JsonValueKind.Array, "an array").Element.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2 || pair[0].ValueKind != JsonValueKind.String ||
                pair[1].ValueKind != JsonValueKind.Number || !double.IsFinite(pair[1].GetDouble()))
            {
                throw node.Error($"{JsonNode.Shown(pair.GetRawText())} as token {scores.Count}", "a text and a number");
            }
            string text = pair[0].GetString()!;
            if (list._ids.TryGetValue(text, out int other))
                throw node.Error($"{JsonNode.Shown(text)} as tokens {other} and {scores.Count}", "each token once");
            list.Add(text, scores.Count);
            scores.Add(pair[1].GetDouble());
        }
        if (scores.Count == 0) throw node.Error("no tokens", "at least one token");
        list.Scores = [.. scores];
        return list;
    }

    /// <summary>The text of a token, null where there is none of this number.</summary>
    public string? FindText(int id) => Find(id) is byte[] text ? Encoding.UTF8.GetString(text) : null;

    /// <summary>The number of a token, or -1.</summary>
    public int Find(string text) => _ids.GetValueOrDefault(text, -1);

    /// <summary>The vocabulary of these tokens and those that were added to them.</summary>
    /// <param name="added">Added tokens; their texts come over those of the model.</param>
    public Vocabulary ToVocabulary(IReadOnlyCollection<AddedToken> added)
    {
        List<byte[]?> texts = [.. _texts];
        foreach (AddedToken token in added)
        {
            while (texts.Count <= token.Id) texts.Add(null);
            texts[token.Id] = Encoding.UTF8.GetBytes(token.Content);
        }
        var table = new TextTable(texts.Count, texts.Sum(text => text?.Length ?? 16));
        var attributes = new TokenAttributes[texts.Count];
        for (int id = 0; id < texts.Count; id++)
        {
            table.TryAdd(texts[id] ?? Placeholder(id));
            attributes[id] = texts[id] is null ? TokenAttributes.Unused : TokenAttributes.Normal;
        }
        foreach (AddedToken token in added)
            attributes[token.Id] = token.Special ? TokenAttributes.Control : TokenAttributes.UserDefined;
        float[]? scores = Scores is null ? null : Array.ConvertAll(Scores, score => (float)score);
        if (scores is not null) Array.Resize(ref scores, texts.Count);
        return new Vocabulary(table, scores, attributes);
    }

    /// <summary>A text that no token has, since it is no UTF-8, for a number without one.</summary>
    private static byte[] Placeholder(int id) => [0xFF, .. BitConverter.GetBytes(id)];

    private byte[]? Find(int id) => id < _texts.Count ? _texts[id] : null;

    private void Add(string text, int id)
    {
        while (_texts.Count <= id) _texts.Add(null);
        _texts[id] = Encoding.UTF8.GetBytes(text);
        _ids.Add(text, id);
    }
}
