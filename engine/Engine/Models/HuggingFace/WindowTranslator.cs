using Engine.Formats.Gguf;
using Engine.Tokenization.Json;

namespace Engine.Models.HuggingFace;

/// <summary>Sliding windows: their size, and the layers that have one.</summary>
internal static class WindowTranslator
{
    private const string Size = "attention.sliding_window";
    private const string Pattern = "attention.sliding_window_pattern";

    public static void Translate(ConfigValues config, TranslatedKeys keys, int layers)
    {
        bool off = config.Flag("use_sliding_window") == false;
        if (off || config.IsNull("sliding_window"))
        {
            keys.Set(Size, "sliding_window", (uint?)0);
            return;
        }
        keys.Set(Size, "sliding_window", config.Integer("sliding_window"));
        if (config.Find("layer_types") is { } types) keys.Set(Pattern, "layer_types", GgufValue.Of(ReadTypes(types, layers)));
        else if (config.Integer("sliding_window_pattern") is { } period)
            SetPattern("sliding_window_pattern", layer => period > 0 && (layer + 1) % period != 0);
        else if (config.Flag("use_sliding_window") == true && config.Integer("max_window_layers") is { } first)
            SetPattern("max_window_layers", layer => layer >= first);

        void SetPattern(string origin, Func<int, bool> hasWindow) =>
            keys.Set(Pattern, origin, GgufValue.Of((bool[])[.. Enumerable.Range(0, layers).Select(hasWindow)]));
    }

    private static bool[] ReadTypes(JsonNode node, int layers)
    {
        bool[] windows =
        [
            .. node.Items().Select(item => item.Text() switch
            {
                "sliding_attention" => true,
                "full_attention" => false,
                string other => throw item.Error(JsonNode.Shown(other), "sliding_attention or full_attention"),
            }),
        ];
        return windows.Length >= layers ? windows : throw node.Error($"{windows.Length} layers", $"{layers}");
    }
}
