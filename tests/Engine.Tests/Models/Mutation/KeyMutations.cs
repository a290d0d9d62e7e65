using Engine.Formats.Gguf;

namespace Engine.Tests.Models;

/// <summary>Changes of metadata: values of every type and size under each key that the file has, or that a reader may look for.</summary>
internal static class KeyMutations
{
    // Keys that readers know and small models lack, without the architecture.
    private static readonly string[] Optional =
    [
        "nextn_predict_layers", "attention.sliding_window", "attention.sliding_window_pattern", "attention.causal", "attention.scale",
        "attention.key_length", "attention.value_length", "attention.head_count_kv", "attention.q_lora_rank", "attention.kv_lora_rank",
        "attention.key_length_mla", "attention.value_length_mla", "attn_logit_softcapping", "final_logit_softcapping", "embedding_scale",
        "residual_scale", "logit_scale", "pooling_type", "use_parallel_residual", "expert_count", "expert_used_count",
        "expert_group_count", "expert_group_used_count", "expert_gating_func", "expert_weights_norm", "expert_weights_scale",
        "expert_shared_count", "expert_shared_feed_forward_length", "expert_feed_forward_length", "leading_dense_block_count",
        "rope.dimension_count", "rope.freq_base", "rope.freq_base_swa", "rope.scale_linear", "rope.scaling.type", "rope.scaling.factor",
        "rope.scaling.alpha", "rope.scaling.attn_factor", "rope.scaling.original_context_length", "rope.scaling.yarn_beta_fast",
        "rope.scaling.yarn_beta_slow", "rope.scaling.yarn_ext_factor", "rope.scaling.yarn_log_multiplier",
    ];

    private static readonly string[] OptionalOfTokenizers =
    [
        "bos_token_id", "eos_token_id", "eot_token_id", "eom_token_id", "unknown_token_id", "padding_token_id", "seperator_token_id",
        "cls_token_id", "mask_token_id", "add_bos_token", "add_eos_token", "add_space_prefix", "remove_extra_whitespaces", "scores",
        "token_type", "merges", "pre", "precompiled_charsmap",
    ];

    public static IEnumerable<Mutation> All(MutableModel model)
    {
        string architecture = (string)model.Keys.First(pair => pair.Key == "general.architecture").Value.Value;
        var keys = model.Keys.ToDictionary(pair => pair.Key, pair => pair.Value);
        IEnumerable<string> absent = Optional.Select(key => $"{architecture}.{key}")
            .Concat(OptionalOfTokenizers.Select(key => "tokenizer.ggml." + key));
        foreach ((string key, GgufValue value) in keys)
        {
            yield return new($"without {key}", m => m.Remove(key));
            foreach (GgufValue changed in Changed(value)) yield return Set(key, changed);
        }
        foreach (string key in absent.Where(key => !keys.ContainsKey(key)))
        {
            foreach (GgufValue value in Values()) yield return Set(key, value);
        }
        yield return Set("rope.type of yarn", $"{architecture}.rope.scaling.type", GgufValue.Of("yarn"));
        yield return Set("rope.type of longrope", $"{architecture}.rope.scaling.type", GgufValue.Of("longrope"));
    }

    private static Mutation Set(string key, GgufValue value) => Set($"{key} = {value.Type} {Text(value)}", key, value);

    private static Mutation Set(string name, string key, GgufValue value) => new(name, m => m.Set(key, value));

    private static string Text(GgufValue value) =>
        value.ToString() is { Length: > 60 } text ? $"{text[..60]}... ({text.Length})" : value.ToString();

    private static IEnumerable<GgufValue> Changed(GgufValue value)
    {
        IEnumerable<GgufValue> near = value switch
        {
            { Type: GgufValueType.Array } when value.TryGetStrings(out GgufStrings strings) => Near([.. strings]),
            { Type: GgufValueType.Array } when value.TryGetArray(out int[] integers) => Near(integers),
            { Type: GgufValueType.Array } when value.TryGetArray(out float[] numbers) => Near(numbers),
            { Type: GgufValueType.Array } when value.TryGetArray(out bool[] flags) => Near(Array.ConvertAll(flags, flag => flag ? 1 : 0)),
            _ when value.TryGetInteger(out long integer) => Near(integer),
            _ when value.TryGetDouble(out double number) => Near((float)number),
            _ when value.TryGetBoolean(out bool flag) => [GgufValue.Of(!flag)],
            _ when value.TryGetString(out string text) => Near(text),
            _ => [],
        };
        return near.Concat(Values());
    }

    private static IEnumerable<GgufValue> Near(long value) =>
    [
        GgufValue.Of((int)value - 1), GgufValue.Of((int)value + 1), GgufValue.Of((int)value * 2), GgufValue.Of((int)value / 2),
        GgufValue.Of((int)value * 3), GgufValue.Of(-(int)value), GgufValue.Of((ulong)value), GgufValue.Of((float)value),
        GgufValue.Of(Enumerable.Repeat((int)value, 64).ToArray()), GgufValue.Of(new[] { (int)value }),
        GgufValue.Of(Enumerable.Range(0, 64).Select(i => i % 3 == 0 ? 0 : (int)value).ToArray()),
    ];

    private static IEnumerable<GgufValue> Near(float value) =>
    [
        GgufValue.Of(-value), GgufValue.Of(value * 1e20f), GgufValue.Of(value * 1e-20f), GgufValue.Of((double)value),
        GgufValue.Of(new[] { value }),
    ];

    private static IEnumerable<GgufValue> Near(string value) =>
    [
        GgufValue.Of(value + "x"), GgufValue.Of(value[..(value.Length / 2)]), GgufValue.Of(value + value),
        GgufValue.Of(value.ToUpperInvariant()), GgufValue.Of(new[] { value }),
    ];

    private static IEnumerable<GgufValue> Near(string[] values)
    {
        string first = values.FirstOrDefault("");
        yield return GgufValue.Of([.. values.SkipLast(1)]);
        yield return GgufValue.Of([.. values.Take(values.Length / 2)]);
        yield return GgufValue.Of([.. values.Take(1)]);
        yield return GgufValue.Of([.. values, first]);
        yield return GgufValue.Of([.. values, "surplus", "surplus too"]);
        yield return GgufValue.Of([.. values.Reverse()]);
        yield return GgufValue.Of([.. values.Select(_ => first)]);
        yield return GgufValue.Of([.. values.Select(_ => "")]);
        yield return GgufValue.Of([.. values.Select((text, i) => i == values.Length / 2 ? new string('a', 70_000) : text)]);
        yield return GgufValue.Of([.. values.Select((text, i) => i % 2 == 0 ? text : "\0\uFFFD ")]);
        yield return GgufValue.Of([.. values.Select(text => text.Replace(" ", ""))]);
        yield return GgufValue.Of([.. values.Select(text => text + " " + text)]);
    }

    private static IEnumerable<GgufValue> Near(int[] values)
    {
        yield return GgufValue.Of(values[..^Math.Min(1, values.Length)]);
        yield return GgufValue.Of<int>([.. values, 1]);
        yield return GgufValue.Of(values[..(values.Length / 2)]);
        foreach (int one in new[] { 0, 1, 2, 3, 4, 5, 6, 7, -1, int.MaxValue, int.MinValue })
        {
            yield return GgufValue.Of(Array.ConvertAll(values, _ => one));
            yield return GgufValue.Of(values.Select((value, i) => i == values.Length - 1 ? one : value).ToArray());
            yield return GgufValue.Of(values.Select((value, i) => i == 0 ? one : value).ToArray());
        }
        yield return GgufValue.Of(Array.ConvertAll(values, value => (long)value));
        yield return GgufValue.Of(Array.ConvertAll(values, value => (byte)value));
        yield return GgufValue.Of(Array.ConvertAll(values, value => (float)value));
    }

    private static IEnumerable<GgufValue> Near(float[] values)
    {
        yield return GgufValue.Of(values[..^Math.Min(1, values.Length)]);
        yield return GgufValue.Of<float>([.. values, 1f]);
        float[] extremes =
        [
            0f, -1f, 1e30f, float.MaxValue, float.MinValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon,
        ];
        foreach (float one in extremes)
        {
            yield return GgufValue.Of(Array.ConvertAll(values, _ => one));
            yield return GgufValue.Of(values.Select((value, i) => i % 7 == 3 ? one : value).ToArray());
        }
        yield return GgufValue.Of(Array.ConvertAll(values, value => (double)value));
        yield return GgufValue.Of(Array.ConvertAll(values, value => float.IsFinite(value) ? (int)value : 0));
    }

    /// <summary>Values that any key may get.</summary>
    private static IEnumerable<GgufValue> Values() =>
    [
        GgufValue.Of(0), GgufValue.Of(1), GgufValue.Of(2), GgufValue.Of(7), GgufValue.Of(-1), GgufValue.Of(int.MaxValue),
        GgufValue.Of(int.MinValue), GgufValue.Of(65535), GgufValue.Of(1 << 20), GgufValue.Of(1u), GgufValue.Of(uint.MaxValue),
        GgufValue.Of(ulong.MaxValue), GgufValue.Of(long.MinValue), GgufValue.Of((byte)255), GgufValue.Of(0f), GgufValue.Of(-1f),
        GgufValue.Of(0.5f), GgufValue.Of(1f), GgufValue.Of(float.Epsilon),
        GgufValue.Of(1e30f), GgufValue.Of(float.MaxValue), GgufValue.Of(float.NaN),
        GgufValue.Of(float.PositiveInfinity), GgufValue.Of(double.MaxValue), GgufValue.Of(true), GgufValue.Of(false), GgufValue.Of(""),
        GgufValue.Of("none"), GgufValue.Of("text"), GgufValue.Of(new string('{', 5_000)), GgufValue.Of(Array.Empty<int>()),
        GgufValue.Of(new[] { 0 }),
        GgufValue.Of(new[] { 1, 0, 1, 0, 1, 0, 1, 0 }), GgufValue.Of(new[] { float.NaN }), GgufValue.Of(new[] { true }), GgufValue.Of([]),
        GgufValue.Of(["a", "b"]), GgufValue.OfArrays([GgufValue.Of(new[] { 1 })]),
    ];
}
