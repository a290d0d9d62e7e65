namespace Engine.Quantization.Ptq;

/// <summary>
/// Entropy calibration (Migacz, "8-bit inference with TensorRT", 2017): the range is the one for which the histogram of the saturated
/// values diverges least, in the sense of Kullback and Leibler, from what a few levels leave of it.
/// </summary>
internal static class EntropyCalibration
{
    /// <summary>How many bins of a histogram of magnitudes to keep, from zero on.</summary>
    /// <param name="counts">The histogram.</param>
    /// <param name="levels">Levels of the quantized magnitudes: 128 for 8 bits.</param>
    /// <returns>At least <paramref name="levels"/>; of several that diverge as little, the most.</returns>
    internal static int BinsToKeep(ReadOnlySpan<double> counts, int levels)
    {
        double[] bins = counts.ToArray();
        // The many exact zeros say nothing about where to cut.
        bins[0] = bins[1];
        int best = bins.Length;
        double least = double.PositiveInfinity;
        for (int kept = levels; kept <= bins.Length; kept++)
        {
            double divergence = Divergence(bins, kept, levels);
            if (divergence <= least) (least, best) = (divergence, kept);
        }
        return best;
    }

    private static double Divergence(double[] bins, int kept, int levels)
    {
        double tail = 0, total = 0;
        for (int i = kept; i < bins.Length; i++) tail += bins[i];
        for (int i = 0; i < kept; i++) total += bins[i];
        if (total == 0) return double.PositiveInfinity;
        double divergence = 0;
        for (int level = 0; level < levels; level++)
        {
            int start = (int)((long)level * kept / levels), end = (int)((long)(level + 1) * kept / levels);
            double sum = 0;
            int filled = 0;
            for (int i = start; i < end; i++)
            {
                sum += bins[i];
                if (bins[i] > 0) filled++;
            }
            for (int i = start; i < end; i++)
            {
                // What saturates counts as the last bin's; the levels know nothing of it.
                double p = (bins[i] + (i == kept - 1 ? tail : 0)) / (total + tail);
                double q = bins[i] > 0 ? sum / filled / total : 0;
                if (p > 0) divergence += q > 0 ? p * Math.Log(p / q) : double.PositiveInfinity;
            }
        }
        return divergence;
    }
}
