using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Formats.Numerics;

namespace Engine.Quantization.Tests.Conversion;

/// <summary>A model of two layers with random F16 matrices: rows of 512, one row length that no super-block divides, one norm.</summary>
internal static class SmallModel
{
    /// <summary>The tensor whose rows K-quants cannot take.</summary>
    public const string Odd = "blk.1.ffn_up.weight";

    /// <summary>Writes it.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="spoil">Changes the weights of the first tensor.</param>
    public static string Write(string path, Action<float[]>? spoil = null)
    {
        var random = new Random(3);
        var writer = new GgufWriter();
        writer.Add("general.architecture", GgufValue.Of("llama"));
        writer.Add("general.file_type", GgufValue.Of(1u));
        writer.Add("llama.block_count", GgufValue.Of(2u));
        writer.Add("llama.attention.head_count", GgufValue.Of(4u));
        Add(writer, random, "token_embd.weight", 512, 40, spoil);
        Add(writer, random, "output.weight", 512, 40);
        for (int layer = 0; layer < 2; layer++)
        {
            foreach (string name in (string[])["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_down"])
                Add(writer, random, $"blk.{layer}.{name}.weight", 512, 24);
        }
        Add(writer, random, Odd, 96, 24);
        writer.AddTensor("output_norm.weight", QuantTypes.Get(QuantType.F32), [512], new byte[4 * 512]);
        writer.Write(path);
        return path;
    }

    private static void Add(GgufWriter writer, Random random, string name, int columns, int rows, Action<float[]>? spoil = null)
    {
        float[] values = [.. Enumerable.Range(0, columns * rows).Select(_ => (random.NextSingle() - random.NextSingle()) * 0.1f)];
        spoil?.Invoke(values);
        ushort[] halves = new ushort[values.Length];
        Fp16.FromSingle(values, halves);
        writer.AddTensor(name, QuantTypes.Get(QuantType.F16), [columns, rows], MemoryMarshal.AsBytes<ushort>(halves).ToArray());
    }
}
