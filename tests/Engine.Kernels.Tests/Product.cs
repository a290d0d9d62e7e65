namespace Engine.Kernels.Tests;

/// <summary>Calls of <see cref="MatMul"/> for tests: inputs and outputs as arrays of rows.</summary>
internal static class Product
{
    public static float[][] Of(Matrix matrix, float[][] input, MatMulContext context, float[]? bias = null) =>
        Of([new Linear(matrix, bias)], input, context)[0];

    public static float[][][] Of(Linear[] group, float[][] input, MatMulContext context)
    {
        using var x = new Activation(Math.Max(1, input.Length), group[0].Inputs) { Rows = input.Length };
        for (int t = 0; t < input.Length; t++) input[t].CopyTo(x.Row(t));
        Activation[] outputs =
            [.. group.Select(linear => new Activation(Math.Max(1, input.Length), linear.Outputs) { Rows = input.Length })];
        MatMul.Multiply(group, x, outputs, context);
        float[][][] results =
            [.. outputs.Select(output => Enumerable.Range(0, input.Length).Select(t => output.Row(t).ToArray()).ToArray())];
        foreach (Activation output in outputs) output.Dispose();
        return results;
    }

    public static float[][] Inputs(int tokens, int columns, int seed = 7)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, tokens).Select(_ =>
            Enumerable.Range(0, columns).Select(_ => (random.NextSingle() - 0.5f) * MathF.Pow(2, random.Next(-4, 4))).ToArray())];
    }
}
