namespace Engine.Quantization.Gptq;

/// <summary>The levels of one group of one row: scale · (code - zero), codes 0 to highest.</summary>
internal readonly record struct GroupGrid(double Scale, double Zero, int Highest)
{
    /// <summary>Tries of a search of the range: from the whole to a fifth.</summary>
    private const int Tries = 80;

    /// <summary>The code nearest to a weight; halves go to the even distance from zero.</summary>
    public int Quantize(double weight)
    {
        double code = Math.Round(weight / Scale) + Zero;
        return double.IsNaN(code) ? (int)Zero : (int)Math.Clamp(code, 0, Highest);
    }

    /// <summary>The level of a code.</summary>
    public double Dequantize(int code) => Scale * (code - Zero);

    /// <summary>The grid for weights, of which some are perhaps NaN, from smallest to largest, zero included.</summary>
    public static GroupGrid Find(ReadOnlySpan<double> weights, GptqOptions options)
    {
        double low = 0, high = 0;
        foreach (double weight in weights)
        {
            low = Math.Min(low, weight);
            high = Math.Max(high, weight);
        }
        if (low == 0 && high == 0) (low, high) = (-1, 1);
        GroupGrid best = Of(low, high, options);
        if (options.RangeNorm == 0) return best;
        double least = double.PositiveInfinity;
        for (int i = 0; i < Tries; i++)
        {
            double share = 1 - i / 100.0;
            GroupGrid grid = Of(low * share, high * share, options);
            double error = 0;
            foreach (double weight in weights)
                error += Math.Pow(Math.Abs(weight - grid.Dequantize(grid.Quantize(weight))), options.RangeNorm);
            if (error < least) (least, best) = (error, grid);
        }
        return best;
    }

    private static GroupGrid Of(double low, double high, GptqOptions options)
    {
        int highest = (1 << options.Bits) - 1;
        double scale = options.Symmetric ? 2 * Math.Max(-low, high) / highest : (high - low) / highest;
        scale = options.HalfScales ? ToHalf(scale) : Math.Clamp(scale, float.Epsilon, float.MaxValue);
        double zero = options.Symmetric ? (highest + 1) / 2 : Math.Clamp(Math.Round(-low / scale), 0, highest);
        return new GroupGrid(scale, zero, highest);
    }

    // A scale that is no positive half would make the group infinite or NaN: the nearest one that is serves better.
    private static double ToHalf(double scale) =>
        Math.Clamp((double)(Half)scale, (double)Half.Epsilon, (double)Half.MaxValue);
}
