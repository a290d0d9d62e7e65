using static Engine.Tests.Models.TinyFamily;

namespace Engine.Tests.Models;

/// <summary>
/// The forward pass once more: doubles, one token after the other, no cache, no batch, nothing shared with the product.
/// </summary>
internal sealed class ReferenceForward(TinyFamily family, TinyModel model)
{
    private readonly List<double[]>[] _keys = [.. Enumerable.Range(0, Layers).Select(_ => new List<double[]>())];
    private readonly List<double[]>[] _values = [.. Enumerable.Range(0, Layers).Select(_ => new List<double[]>())];

    /// <summary>Logits at each position.</summary>
    public double[][] Logits(int[] ids) => [.. ids.Select((id, position) => Step(id, position))];

    /// <summary>Hidden states of an encoder: every token sees all of them, and norms follow the sums.</summary>
    public double[][] HiddenStates(int[] ids)
    {
        double[] types = Row("token_types.weight", 0);
        double[][] x = [.. ids.Select((id, position) => Norm(
            "token_embd_norm", Add(Add(Row("token_embd.weight", id), Row("position_embd.weight", position)), types)))];
        for (int layer = 0; layer < Layers; layer++)
        {
            string p = $"blk.{layer}.";
            var projected = x.Select((row, position) => Direct(p, layer, position, row)).ToArray();
            _keys[layer].AddRange(projected.Select(token => token.Keys));
            _values[layer].AddRange(projected.Select(token => token.Values));
            double[][] sums = [.. x.Select((row, position) => Norm(
                p + "attn_output_norm", Add(row, Attend(p, layer, 0, projected[position].Queries))))];
            x = [.. sums.Select(row => Norm(p + "layer_output_norm", Add(row, FeedForward(p, row))))];
        }
        return x;
    }

    private double[] Step(int id, int position)
    {
        double[] x = [.. Row("token_embd.weight", id).Select(value => value * family.EmbeddingScale)];
        if (model.Has("position_embd.weight")) x = Add(x, Row("position_embd.weight", position));
        for (int layer = 0; layer < Layers; layer++)
        {
            string p = $"blk.{layer}.";
            double[] input = model.Has(p + "attn_norm_2.weight") ? Norm(p + "attn_norm_2", x)
                : model.Has(p + "attn_norm.weight") ? Norm(p + "attn_norm", x) : x;
            double[] attended = Attention(p, layer, position, input);
            if (family.Parallel)
            {
                double[] feed = Norm(model.Has(p + "ffn_norm.weight") ? p + "ffn_norm" : p + "attn_norm", x);
                x = Add(Add(x, attended), FeedForward(p, feed));
                continue;
            }
            bool postNorm = model.Has(p + "post_attention_norm.weight") && family.Architecture != "gpt-oss";
            if (postNorm) attended = Norm(p + "post_attention_norm", attended);
            x = Add(x, attended, family.ResidualScale);
            string? norm = family.Architecture == "gpt-oss" ? "post_attention_norm" : model.Has(p + "ffn_norm.weight") ? "ffn_norm" : null;
            double[] fed = FeedForward(p, norm is null ? x : Norm(p + norm, x));
            if (model.Has(p + "post_ffw_norm.weight")) fed = Norm(p + "post_ffw_norm", fed);
            x = Add(x, fed, family.ResidualScale);
        }
        double[] logits = Linear(model.Has("output.weight") ? "output" : "token_embd", Norm("output_norm", x));
        return [.. logits.Select(logit => Cap(logit * family.LogitScale, family.LogitCap))];
    }

    private double[] Attention(string p, int layer, int position, double[] input)
    {
        (double[] queries, double[] keys, double[] values) =
            model.Has(p + "attn_kv_a_mqa.weight") ? Latent(p, layer, position, input) : Direct(p, layer, position, input);
        _keys[layer].Add(keys);
        _values[layer].Add(values);
        return Attend(p, layer, family.Window(layer) > 0 ? Math.Max(0, position - family.Window(layer) + 1) : 0, queries);
    }

    /// <summary>Attends to all that is stored from a position on.</summary>
    private double[] Attend(string p, int layer, int first, double[] queries)
    {
        int keyHeads = _keys[layer][0].Length / HeadSize, valueSize = _values[layer][0].Length / keyHeads;
        var output = new List<double>();
        for (int head = 0; head < family.Heads; head++)
        {
            int shared = head * keyHeads / family.Heads;
            double[] query = Slice(queries, head, HeadSize);
            double[] scores = [.. _keys[layer].Skip(first).Select(key =>
                Cap(family.AttentionScale * Dot(query, Slice(key, shared, HeadSize)), family.AttentionCap))];
            double[] weights = [.. scores.Select(Math.Exp)];
            double sum = weights.Sum() + (model.Has(p + "attn_sinks.weight") ? Math.Exp(model[p + "attn_sinks.weight"][head]) : 0);
            for (int i = 0; i < valueSize; i++)
            {
                output.Add(weights.Select((weight, other) => weight / sum * _values[layer][first + other][shared * valueSize + i]).Sum());
            }
        }
        return Linear(p + "attn_output", [.. output]);
    }

    private (double[] Queries, double[] Keys, double[] Values) Direct(string p, int layer, int position, double[] input)
    {
        double[] q, k, v;
        if (model.Has(p + "attn_qkv.weight"))
        {
            double[] all = Linear(p + "attn_qkv", input);
            int queries = family.Heads * HeadSize, keys = (all.Length - queries) / 2;
            (q, k, v) = (all[..queries], all[queries..(queries + keys)], all[(queries + keys)..]);
        }
        else
        {
            (q, k, v) = (Linear(p + "attn_q", input), Linear(p + "attn_k", input), Linear(p + "attn_v", input));
        }
        return (Rotate(layer, position, HeadNorm(p + "attn_q_norm", q), 0), Rotate(layer, position, HeadNorm(p + "attn_k_norm", k), 0), v);
    }

    private (double[] Queries, double[] Keys, double[] Values) Latent(string p, int layer, int position, double[] input)
    {
        double[] q = model.Has(p + "attn_q.weight")
            ? Linear(p + "attn_q", input)
            : Linear(p + "attn_q_b", Norm(p + "attn_q_a_norm", Linear(p + "attn_q_a", input)));
        double[] compressed = Linear(p + "attn_kv_a_mqa", input);
        int rank = compressed.Length - family.RopeSize, unturned = HeadSize - family.RopeSize;
        double[] latent = Norm(p + "attn_kv_a_norm", compressed[..rank]);
        double[] shared = Rotate(layer, position, compressed[rank..], 0, family.RopeSize);
        var keys = new List<double>();
        var values = new List<double>();
        for (int head = 0; head < family.Heads; head++)
        {
            if (model.Has(p + "attn_kv_b.weight"))
            {
                int valueSize = (int)model.Tensors[p + "attn_kv_b.weight"].Shape[1] / family.Heads - unturned;
                int start = head * (unturned + valueSize);
                for (int i = 0; i < unturned + valueSize; i++)
                {
                    (i < unturned ? keys : values).Add(Dot(Row(p + "attn_kv_b.weight", start + i), latent));
                    if (i == unturned - 1) keys.AddRange(shared);
                }
                continue;
            }
            // attn_k_b: [head][latent][key]; attn_v_b: [head][value][latent].
            for (int i = 0; i < unturned; i++)
            {
                keys.Add(latent.Select((value, j) => value * model[p + "attn_k_b.weight"][(head * rank + j) * unturned + i]).Sum());
            }
            keys.AddRange(shared);
            int size = (int)model.Tensors[p + "attn_v_b.weight"].Shape[1];
            for (int i = 0; i < size; i++) values.Add(Dot(Row(p + "attn_v_b.weight", head * size + i), latent));
        }
        return (Rotate(layer, position, q, unturned), [.. keys], [.. values]);
    }

    private double[] HeadNorm(string name, double[] heads)
    {
        if (!model.Has(name + ".weight")) return heads;
        float[] weights = model[name + ".weight"];
        if (weights.Length == heads.Length && model.Tensors[name + ".weight"].Shape.Length == 1) return Norm(name, heads);
        return [.. Enumerable.Range(0, heads.Length / HeadSize).SelectMany(head =>
        {
            int own = weights.Length == HeadSize ? 0 : head * HeadSize;
            return Normalize(Slice(heads, head, HeadSize), weights[own..(own + HeadSize)], null);
        })];
    }

    private double[] Rotate(int layer, int position, double[] heads, int offset, int headSize = HeadSize)
    {
        if (family.Rope == "none" || !family.HasRope(layer)) return heads;
        double[] result = [.. heads];
        int n = family.RopeSize;
        for (int head = offset; head < heads.Length; head += headSize)
        {
            for (int pair = 0; pair < n / 2; pair++)
            {
                int a = head + (family.Rope == "neox" ? pair : 2 * pair), b = family.Rope == "neox" ? a + n / 2 : a + 1;
                double frequency = Math.Pow(family.RopeBase(layer), -2.0 * pair / n);
                if (model.Has("rope_freqs.weight")) frequency /= model["rope_freqs.weight"][pair];
                (double sine, double cosine) = Math.SinCos(position * frequency);
                result[a] = heads[a] * cosine - heads[b] * sine;
                result[b] = heads[a] * sine + heads[b] * cosine;
            }
        }
        return result;
    }

    private double[] FeedForward(string p, double[] input)
    {
        if (!model.Has(p + "ffn_gate_inp.weight")) return Dense(p, "", input);
        double[] scores = Linear(p + "ffn_gate_inp", input);
        double[] gates = family.Gating switch
        {
            "sigmoid" => [.. scores.Select(score => 1 / (1 + Math.Exp(-score)))],
            "selected" => scores,
            _ => Softmax(scores),
        };
        double[] choice = model.Has(p + "exp_probs_b.bias") ? Add(gates, Values(p + "exp_probs_b.bias")) : gates;
        int groupSize = scores.Length / family.ExpertGroups;
        double[] groups = [.. Enumerable.Range(0, family.ExpertGroups).Select(group =>
            Slice(choice, group, groupSize).OrderDescending().Take(family.Gating == "sigmoid" ? 2 : 1).Sum())];
        int best = Array.IndexOf(groups, groups.Max());
        int[] chosen = [.. Enumerable.Range(0, scores.Length)
            .Where(expert => family.ExpertGroups == 1 || expert / groupSize == best)
            .OrderByDescending(expert => choice[expert]).Take(2)];
        double[] weights = [.. chosen.Select(expert => gates[expert])];
        if (family.Gating == "selected") weights = Softmax(weights);
        if (family.Gating is "normalized" or "sigmoid") weights = [.. weights.Select(weight => weight / weights.Sum())];
        var output = new double[input.Length];
        for (int i = 0; i < chosen.Length; i++) output = Add(output, Expert(p, chosen[i], input), weights[i] * family.ExpertScale);
        return model.Has(p + "ffn_up_shexp.weight") ? Add(output, Dense(p, "_shexp", input)) : output;
    }

    private double[] Dense(string p, string suffix, double[] input)
    {
        double[] up = Linear($"{p}ffn_up{suffix}", input);
        if (model.Has($"{p}ffn_gate{suffix}.weight"))
        {
            double[] gate = Linear($"{p}ffn_gate{suffix}", input);
            up = [.. gate.Zip(up, (g, u) => family.Activation(g) * u)];
        }
        else if (up.Length == 2 * Inner)
        {
            up = [.. up[..Inner].Zip(up[Inner..], (g, u) => family.Activation(g) * u)];
        }
        else
        {
            up = [.. up.Select(family.Activation)];
        }
        return Linear($"{p}ffn_down{suffix}", up);
    }

    private double[] Expert(string p, int expert, double[] input)
    {
        double[] gate = Linear(p + "ffn_gate_exps", input, expert), up = Linear(p + "ffn_up_exps", input, expert);
        double[] inner = family.Architecture == "gpt-oss"
            ? [.. gate.Zip(up, (g, u) => Math.Min(g, 7) / (1 + Math.Exp(-1.702 * Math.Min(g, 7))) * (Math.Clamp(u, -7, 7) + 1))]
            : [.. gate.Zip(up, (g, u) => family.Activation(g) * u)];
        return Linear(p + "ffn_down_exps", inner, expert);
    }

    private double[] Linear(string name, double[] input, int expert = 0)
    {
        long rows = model.Tensors[name + ".weight"].Shape[1];
        float[]? bias = model.Has(name + ".bias") ? model[name + ".bias"] : null;
        var output = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            int index = (int)(expert * rows + row);
            output[row] = Dot(Row(name + ".weight", index), input) + (bias?[index] ?? 0);
        }
        return output;
    }

    private double[] Norm(string name, double[] x) =>
        Normalize(x, model[name + ".weight"], model.Has(name + ".bias") ? model[name + ".bias"] : null);

    private double[] Normalize(double[] x, float[] weight, float[]? bias)
    {
        double mean = family.LayerNorm ? x.Average() : 0;
        double factor = 1 / Math.Sqrt(x.Select(value => (value - mean) * (value - mean)).Average() + 1e-5f);
        return [.. x.Select((value, i) => (value - mean) * factor * weight[i] + (bias?[i] ?? 0))];
    }

    private double[] Row(string name, int row)
    {
        int columns = (int)model.Tensors[name].Shape[0];
        return [.. model[name].Skip(row * columns).Take(columns).Select(value => (double)value)];
    }

    private double[] Values(string name) => [.. model[name].Select(value => (double)value)];

    private static double[] Slice(double[] values, int index, int size) => values[(index * size)..((index + 1) * size)];

    private static double[] Softmax(double[] scores)
    {
        double sum = scores.Sum(Math.Exp);
        return [.. scores.Select(score => Math.Exp(score) / sum)];
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Add(double[] a, double[] b, double scale = 1) => [.. a.Zip(b, (x, y) => x + scale * y)];

    private static double Cap(double value, double cap) => cap == 0 ? value : cap * Math.Tanh(value / cap);
}
