using Engine.Formats;
using Engine.Formats.Blocks;
using Engine.Formats.Numerics;
using Engine.Quantization.Grids;
using Xunit;

namespace Engine.Quantization.Tests.Grids;

/// <summary>The search beside one that tries everything.</summary>
public class GridSearchTests
{
    /// <summary>For the step that an encoder takes, no choice of scales, points and signs is better: every one is tried here.</summary>
    [Theory]
    [MemberData(nameof(GridEncoderTests.Types), MemberType = typeof(GridEncoderTests))]
    public void Scales_points_and_signs_are_the_best_for_their_step(QuantType type)
    {
        float[] values = GridEncoderTests.Values(7, 256), weights = [.. GridEncoderTests.Values(8, 256).Select(x => x * x + 0.01f)];
        double error = type switch
        {
            QuantType.IQ1_S => Excess<IQ1_S>(values, weights),
            QuantType.IQ1_M => Excess<IQ1_M>(values, weights),
            QuantType.IQ2_XXS => Excess<IQ2_XXS>(values, weights),
            QuantType.IQ2_XS => Excess<IQ2_XS>(values, weights),
            QuantType.IQ2_S => Excess<IQ2_S>(values, weights),
            QuantType.IQ3_XXS => Excess<IQ3_XXS>(values, weights),
            _ => Excess<IQ3_S>(values, weights),
        };
        Assert.InRange(error, -1e-6, 1e-5);
    }

    /// <summary>By how much, relatively, the error of a search is larger than the least for its step.</summary>
    private static double Excess<TBlock>(float[] values, float[] weights)
        where TBlock : unmanaged, IGridBlock<TBlock>
    {
        int points = 256 / TBlock.PointSize, perGroup = TBlock.GroupSize / TBlock.PointSize;
        byte[] scales = new byte[256 / TBlock.GroupSize], signs = new byte[points];
        ushort[] numbers = new ushort[points];
        ushort d = new GridSearch(GridShape.Of<TBlock>()).Search(values, weights, 1, scales, numbers, signs);
        float[] decoded = new float[256];
        TBlock block = TBlock.Pack(d, scales, numbers, signs);
        TBlock.Decode(in block, decoded);
        double error = 0, least = 0;
        for (int i = 0; i < 256; i++) error += weights[i] * Math.Pow((double)values[i] - decoded[i], 2);
        for (int group = 0; group < scales.Length; group++)
            least += Enumerable.Range(0, TBlock.HighestScale + 1).Min(s =>
                BestGroup<TBlock>(values, weights, group * perGroup, perGroup, (double)Fp16.ToSingle(d) * TBlock.Unit * (2 * s + 1)));
        return error / least - 1;
    }

    private static double BestGroup<TBlock>(float[] values, float[] weights, int first, int count, double scale)
        where TBlock : unmanaged, IGridBlock<TBlock>
    {
        double[] plain = new double[count], other = new double[count];
        const double delta = IqGrids.IQ1Delta;
        for (int i = 0; i < count; i++)
        {
            (plain[i], other[i]) = TBlock.SignRule is GridSigns.Free or GridSigns.Even
                ? BestSigned<TBlock>(values, weights, first + i, scale)
                : (BestShifted<TBlock>(values, weights, first + i, scale, delta), BestShifted<TBlock>(values, weights, first + i, scale, -delta));
        }
        switch (TBlock.SignRule)
        {
            case GridSigns.Free: return plain.Sum();
            case GridSigns.DeltaOfGroup: return Math.Min(plain.Sum(), other.Sum());
            case GridSigns.DeltaOfPoint: return plain.Zip(other, Math.Min).Sum();
        }
        double sum = 0;
        int perUnit = 8 / TBlock.PointSize;
        for (int i = 0; i < count; i += perUnit)
        {
            double unit = plain.AsSpan(i, perUnit).ToArray().Sum();
            int start = (first + i) * TBlock.PointSize;
            bool isOdd = values.AsSpan(start, 8).ToArray().Count(x => x < 0) % 2 == 1;
            sum += isOdd ? Enumerable.Range(i, perUnit).Min(k => unit - plain[k] + other[k]) : unit;
        }
        return sum;
    }

    /// <summary>The least errors of a point with the signs of its values, and with one of them wrong.</summary>
    private static (double Plain, double Flipped) BestSigned<TBlock>(float[] values, float[] weights, int point, double scale)
        where TBlock : unmanaged, IGridBlock<TBlock>
    {
        (double plain, double flipped) = (double.PositiveInfinity, double.PositiveInfinity);
        for (int p = 0; p < TBlock.Grid.Length; p += TBlock.PointSize)
        {
            double right = 0, turn = double.PositiveInfinity;
            for (int j = 0; j < TBlock.PointSize; j++)
            {
                int i = point * TBlock.PointSize + j;
                double x = Math.Abs((double)values[i]), q = scale * TBlock.Grid[p + j];
                right += weights[i] * (x - q) * (x - q);
                turn = Math.Min(turn, weights[i] * ((x + q) * (x + q) - (x - q) * (x - q)));
            }
            plain = Math.Min(plain, right);
            flipped = Math.Min(flipped, right + turn);
        }
        return (plain, flipped);
    }

    private static double BestShifted<TBlock>(float[] values, float[] weights, int point, double scale, double delta)
        where TBlock : unmanaged, IGridBlock<TBlock>
    {
        double least = double.PositiveInfinity;
        for (int p = 0; p < TBlock.Grid.Length; p += TBlock.PointSize)
        {
            double error = 0;
            for (int j = 0; j < TBlock.PointSize; j++)
            {
                int i = point * TBlock.PointSize + j;
                error += weights[i] * Math.Pow(values[i] - scale * (TBlock.Grid[p + j] + delta), 2);
            }
            least = Math.Min(least, error);
        }
        return least;
    }
}
