using System.Globalization;
using System.Text.Json;
using Engine.Sampling;

namespace Engine.Tests.Sampling;

/// <summary>Cases recorded from llama.cpp: shared/fixtures/samplers, whose README says what may be demanded.</summary>
internal sealed class SamplerVectors
{
    private readonly Dictionary<string, (int[] Ids, float[] Logits)> _inputs = [];

    internal SamplerVectors(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        JsonElement root = document.RootElement.Clone();
        foreach (JsonProperty input in root.GetProperty("inputs").EnumerateObject())
        {
            int[] ids = input.Value.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();
            _inputs[input.Name] = (ids, input.Value.GetProperty("logits").EnumerateArray().Select(Number).ToArray());
        }
        Cases = root.GetProperty("cases").EnumerateArray().ToArray();
        Mirostat = root.GetProperty("mirostat").EnumerateArray().ToArray();
    }

    internal JsonElement[] Cases { get; }

    internal JsonElement[] Mirostat { get; }

    /// <summary>A case's first sampler, or "chain" where there are several of its own.</summary>
    internal static string Kind(JsonElement item) => item.GetProperty("name").GetString()!.Split(' ')[0];

    internal static bool IsFree(JsonElement item) =>
        item.TryGetProperty("compare", out JsonElement compare) && compare.GetString() == "free";

    internal static float Number(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? value.GetString() == "-Infinity" ? float.NegativeInfinity : float.NaN
        : float.Parse(value.GetRawText(), CultureInfo.InvariantCulture);

    internal Candidates Load(string input)
    {
        (int[] ids, float[] logits) = _inputs[input];
        var candidates = new Candidates(ids.Length);
        if (ids.Select((id, i) => id == i).All(same => same)) candidates.Load(logits);
        else candidates.Load(ids, logits);
        return candidates;
    }

    /// <summary>The processor that a case names, with its parameters.</summary>
    internal static ILogitProcessor Create(JsonElement sampler, Func<JsonElement, DryBreakers> breakers)
    {
        float F(string name) => Number(sampler.GetProperty(name));
        int I(string name) => sampler.GetProperty(name).GetInt32();
        return sampler.GetProperty("type").GetString() switch
        {
            "top_k" => new TopK(I("k")),
            "top_p" => new TopP(F("p"), I("min_keep")),
            "min_p" => new MinP(F("p"), I("min_keep")),
            "typical" => new Typical(F("p"), I("min_keep")),
            "temp" => new Temperature(F("t")),
            "temp_ext" => new DynamicTemperature(F("t"), F("delta"), F("exponent")),
            "top_n_sigma" => new TopNSigma(F("n")),
            "xtc" => new Xtc(F("p"), F("t"), I("min_keep")),
            "greedy" => new Greedy(),
            "logit_bias" => new LogitBias(sampler.GetProperty("logit_bias").EnumerateArray()
                .Select(pair => KeyValuePair.Create(pair[0].GetInt32(), Number(pair[1])))),
            "penalties" => new Penalties(I("penalty_last_n"), F("penalty_repeat"), F("penalty_freq"), F("penalty_present")),
            "dry" => new Dry(
                F("dry_multiplier"), F("dry_base"), I("dry_allowed_length"), I("dry_penalty_last_n"), breakers(sampler)),
            "mirostat" => new Mirostat(I("n_vocab"), F("tau"), F("eta"), I("m")),
            "mirostat_v2" => new MirostatV2(F("tau"), F("eta")),
            string other => throw new InvalidDataException($"unknown sampler {other}"),
            null => throw new InvalidDataException("a sampler without type"),
        };
    }
}
