using Engine.Kernels;

namespace Engine.Bench;

/// <summary>The limits of this machine for some number of threads, measured once when they are first asked for.</summary>
internal static class MachineFigures
{
    private static readonly Dictionary<int, (double Read, double Macs)> Known = [];

    /// <summary>Bytes read per second.</summary>
    public static double Read(int threads) => Of(threads).Read;

    /// <summary>Multiply-adds per second of the fastest kind: of bytes where the machine has them, else of floats.</summary>
    public static double Macs(int threads) => Of(threads).Macs;

    private static (double Read, double Macs) Of(int threads)
    {
        if (Known.TryGetValue(threads, out (double Read, double Macs) figures)) return figures;
        using var pool = new WorkerPool(threads);
        double bytes = MachineLimits.ByteMultiplyAdds(pool);
        return Known[threads] = (MachineLimits.ReadBandwidth(pool), bytes > 0 ? bytes : MachineLimits.FloatMultiplyAdds(pool));
    }
}
