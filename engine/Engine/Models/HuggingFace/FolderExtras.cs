using System.Text;
using System.Text.Json;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Tokenization.Json;

namespace Engine.Models.HuggingFace;

/// <summary>What the files beside config.json add to the metadata: chat template, pooling, defaults of sampling.</summary>
internal static class FolderExtras
{
    private const string TemplateKey = "tokenizer.chat_template";
    private const string TemplateName = "chat_template.jinja";
    private const int LargestTemplate = 1 << 24;

    /// <summary>Keys of generation_config.json and those of GGUF for the same.</summary>
    private static readonly (string Key, string Gguf)[] Sampling =
    [
        ("temperature", "general.sampling.temp"),
        ("top_k", "general.sampling.top_k"),
        ("top_p", "general.sampling.top_p"),
        ("min_p", "general.sampling.min_p"),
        ("repetition_penalty", "general.sampling.penalty_repeat"),
    ];

    /// <summary>Reads what a folder has of these files.</summary>
    /// <exception cref="ModelFormatException">One of them is malformed.</exception>
    public static void Add(string folder, JsonNode config, TranslatedKeys keys)
    {
        AddEnds(config, keys);
        if (ReadTemplate(folder) is { } template) keys.SetGeneral(TemplateKey, GgufValue.Of(template));
        JsonFile.TryRead(Path.Combine(folder, "1_Pooling", "config.json"), root => AddPooling(root, keys));
        JsonFile.TryRead(Path.Combine(folder, "generation_config.json"), root =>
        {
            AddSampling(root, keys);
            AddEnds(root, keys);
        });
    }

    /// <summary>The template of a file of its own, or of tokenizer_config.json: one, or a list of which one is called default.</summary>
    private static string? ReadTemplate(string folder)
    {
        string path = Path.Combine(folder, TemplateName);
        if (File.Exists(path))
        {
            ReadOnlySpan<byte> text = SmallFile.Read(path, LargestTemplate, "a chat template");
            return Encoding.UTF8.GetString(text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text);
        }
        string? template = null;
        JsonFile.TryRead(Path.Combine(folder, "tokenizer_config.json"), root =>
        {
            if (root.Find("chat_template") is not { } node) return;
            if (node.Element.ValueKind != JsonValueKind.Array) template = node.Text();
            else template = node.Items().Where(item => item.GetText("name") == "default").Select(item => item.GetText("template")).FirstOrDefault();
        });
        return template;
    }

    /// <summary>The tokens that end an answer; a tokenizer, where there is one, has its own.</summary>
    private static void AddEnds(JsonNode root, TranslatedKeys keys)
    {
        if (root.Find("eos_token_id") is not { } node) return;
        IEnumerable<JsonNode> ids = node.Element.ValueKind == JsonValueKind.Array ? node.Items() : [node];
        foreach ((string role, JsonNode id) in ((string[])["eos", "eot", "eom"]).Zip(ids))
            keys.SetGeneral($"tokenizer.ggml.{role}_token_id", GgufValue.Of(id.Number()));
    }

    private static void AddPooling(JsonNode root, TranslatedKeys keys)
    {
        Pooling pooling =
            root.GetFlag("pooling_mode_mean_tokens", false) ? Pooling.Mean
            : root.GetFlag("pooling_mode_cls_token", false) ? Pooling.Cls
            : root.GetFlag("pooling_mode_lasttoken", false) ? Pooling.Last : Pooling.None;
        keys.Set("pooling_type", "1_Pooling/config.json", (uint?)pooling);
    }

    /// <summary>Where a model is to be sampled (do_sample), how.</summary>
    private static void AddSampling(JsonNode root, TranslatedKeys keys)
    {
        if (!root.GetFlag("do_sample", false)) return;
        foreach ((string key, string gguf) in Sampling)
        {
            if (root.FindReal(key) is not { } value) continue;
            keys.SetGeneral(gguf, key == "top_k" ? GgufValue.Of((int)Math.Clamp(value, int.MinValue, int.MaxValue)) : GgufValue.Of((float)value));
        }
    }
}
