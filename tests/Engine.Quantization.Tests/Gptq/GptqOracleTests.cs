using System.Text.Json;
using Engine.Quantization.Gptq;
using Xunit;

namespace Engine.Quantization.Tests.Gptq;

public class GptqOracleTests
{
    private const int Columns = 128;

    [Theory]
    [InlineData("plain")]
    [InlineData("actorder")]
    [InlineData("g32")]
    [InlineData("g32_sym")]
    [InlineData("g32_actorder")]
    [InlineData("g32_actorder_static")]
    [InlineData("b3_g32")]
    [InlineData("b2_g32_actorder")]
    public void Codes_scales_and_loss_are_those_of_the_reimplementation_in_numpy(string name)
    {
        JsonElement oracle = Oracles.Describe("gptq").GetProperty("cases").GetProperty(name);
        int group = oracle.GetProperty("group").GetInt32();
        GptqResult result = Quantize(new GptqOptions
        {
            Bits = oracle.GetProperty("bits").GetInt32(),
            GroupSize = group == 0 ? -1 : group,
            Symmetric = oracle.GetProperty("sym").GetBoolean(),
            Order = oracle.GetProperty("actorder").GetBoolean() ? GptqOrder.Descending : GptqOrder.Natural,
            StaticGroups = oracle.GetProperty("static").GetBoolean(),
            Damping = 0.01,
            HalfScales = false,
        });
        Assert.Equal(Oracles.Read($"gptq.{name}.perm"), result.Order.Select(column => (double)column));
        Assert.Equal(Oracles.Read($"gptq.{name}.g_idx"), result.GroupOfColumn.Select(g => (double)g));
        Assert.Equal(Oracles.Read($"gptq.{name}.q"), result.Codes.Select(code => (double)code));
        Assert.Equal(Oracles.Read($"gptq.{name}.zero"), result.Zeros.Select(zero => (double)zero));
        Assert.All(Oracles.Read($"gptq.{name}.scale").Zip(result.Scales), pair => Assert.Equal(pair.First, pair.Second, pair.First * 1e-6));
        double loss = oracle.GetProperty("sum_of_losses").GetDouble();
        Assert.Equal(loss, result.Loss, loss * 1e-6);
        Assert.Equal(0.01, result.Damping);
    }

    [Theory]
    [InlineData("lc_g32_sym", GptqOrder.Natural)]
    [InlineData("lc_g32_sym_actorder_static", GptqOrder.Descending)]
    public void Weights_are_those_of_llm_compressor(string name, GptqOrder order)
    {
        // Its scale is max|w| / 7.5, which is ours.
        GptqResult result = Quantize(new GptqOptions
        {
            GroupSize = 32,
            Order = order,
            StaticGroups = true,
            Damping = 0.01,
            HalfScales = false,
        });
        double[] expected = Oracles.Read($"gptq.{name}.dq");
        var row = new float[Columns];
        double largest = expected.Max(Math.Abs);
        for (int r = 0; r < expected.Length / Columns; r++)
        {
            result.DecodeRow(r, row);
            for (int c = 0; c < Columns; c++) Assert.Equal(expected[r * Columns + c], row[c], 1e-4 * largest);
        }
    }

    private static GptqResult Quantize(GptqOptions options)
    {
        var hessian = new Hessian(Columns);
        foreach (double[] input in Oracles.Read("gptq.X").Chunk(Columns)) hessian.Add([.. input.Select(x => (float)x)]);
        float[] weights = [.. Oracles.Read("gptq.W").Select(w => (float)w)];
        return GptqQuantizer.Quantize(weights, Columns, hessian.ToArray(), options);
    }
}
