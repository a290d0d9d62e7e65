using System.Text;
using System.Text.Json;
using Engine.Formats;
using Engine.Tokenization.Json.Decoders;
using Engine.Tokenization.Json.Models;
using Engine.Tokenization.Json.Normalizers;
using Engine.Tokenization.Json.PostProcessors;
using Engine.Tokenization.Json.PreTokenizers;

namespace Engine.Tokenization.Json;

/// <summary>Reads a tokenizer.json.</summary>
internal static class JsonTokenizerReader
{
    /// <summary>The name of the file in a model's folder.</summary>
    public const string FileName = "tokenizer.json";

    private const string Version = "1.0";
    private const int LargestFile = 1 << 28;

    /// <summary>Opens a file, or the file of a folder.</summary>
    /// <exception cref="ModelFormatException">Something in it is wrong or unknown.</exception>
    public static JsonTokenizer Open(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        return Read(SmallFile.Read(file, LargestFile, "a tokenizer.json"), file, SideFiles.Read(Path.GetDirectoryName(Path.GetFullPath(file))!));
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="ModelFormatException">Something in it is wrong or unknown.</exception>
    public static JsonTokenizer Read(ReadOnlyMemory<byte> json, string file, SideFiles side)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return new JsonTokenizer(Read(JsonNode.Root(document.RootElement, file), side));
        }
        catch (JsonException e)
        {
            throw new ModelFormatException(file, null, $"bad JSON in line {e.LineNumber + 1}", "valid JSON, at most 64 levels deep", e);
        }
        catch (InvalidOperationException e)
        {
            throw new ModelFormatException(file, null, "a text with half a character", "valid JSON in UTF-8", e);
        }
    }

    private static JsonTokenizerParts Read(JsonNode root, SideFiles side)
    {
        if (root.FindText("version") is string version && version != Version)
            throw root.Error($"version {JsonNode.Shown(version)}", $"version \"{Version}\"");
        var model = new ModelReader(root.Get("model"));
        Normalizer? normalizer = root.Find("normalizer") is JsonNode node ? NormalizerReader.Read(node) : null;
        List<AddedToken> added = root.Find("added_tokens") is JsonNode tokens ? ReadAdded(tokens, model.Tokens) : [];
        Vocabulary own = model.Tokens.ToVocabulary([]);
        Vocabulary vocabulary = added.Count == 0 ? own : model.Tokens.ToVocabulary(added);
        if (vocabulary.Count == 0) throw root.Error("no tokens", "at least one token");

        var plain = new AddedTokenSplitter();
        var normalized = new AddedTokenSplitter();
        foreach (AddedToken token in added)
        {
            byte[] text = Encoding.UTF8.GetBytes(token.Content);
            if (token.Normalized) normalized.Add(token, normalizer?.Normalize(text) ?? text);
            else plain.Add(token, text);
        }
        PostProcessor around = root.Find("post_processor") is JsonNode processor
            ? new PostProcessorReader(vocabulary.Count).Read(processor)
            : PostProcessor.None;
        Padding? padding = root.Find("padding") is JsonNode pad ? new Padding(pad, vocabulary.Count) : null;
        (SpecialTokens special, HashSet<int> ends) = side.FindRoles(vocabulary, around, model.FindUnknown(own), padding?.TokenId);
        return new JsonTokenizerParts
        {
            Vocabulary = vocabulary,
            Added = plain,
            AddedNormalized = normalized,
            Normalizer = normalizer,
            Stages = root.Find("pre_tokenizer") is JsonNode stages ? [.. PieceStageReader.Read(stages)] : [],
            Model = model.Create(own),
            PostProcessor = around,
            Decoder = root.Find("decoder") is JsonNode decoder ? DecoderReader.Read(decoder) : new SpacesDecoder(),
            Truncation = root.Find("truncation") is JsonNode truncation ? new Truncation(truncation) : null,
            Padding = padding,
            Special = special,
            EndOfGeneration = ends,
        };
    }

    /// <summary>
    /// Reads the added tokens. One that is a token of the model has its number; others are numbered from the model's count on, in order.
    /// </summary>
    private static List<AddedToken> ReadAdded(JsonNode node, TokenList model)
    {
        var byText = new Dictionary<string, AddedToken>();
        var written = new Dictionary<int, string>();
        int next = model.Count;
        foreach (JsonNode item in node.Items())
        {
            AddedToken token = AddedToken.Read(item, text => byText.TryGetValue(text, out AddedToken? known) ? known.Id
                : model.Find(text) is >= 0 and int id ? id : next);
            if (token.Content.Length == 0) continue;
            int number = item.GetNumber("id");
            if (!written.TryAdd(number, token.Content) && written[number] != token.Content)
                throw item.Error($"the number {number} for {JsonNode.Shown(written[number])} and {JsonNode.Shown(token.Content)}", "each number once");
            if (token.Id == next && !byText.ContainsKey(token.Content) && model.Find(token.Content) < 0)
            {
                if (model.FindText(next) is string other)
                    throw item.Error($"the number {next} for {JsonNode.Shown(other)} and {JsonNode.Shown(token.Content)}", "each number once");
                next++;
            }
            byText[token.Content] = token;
        }
        return [.. byText.Values];
    }
}
