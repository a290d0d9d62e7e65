using Engine.Formats;
using Xunit;

namespace Engine.Kernels.Tests;

public class LoadMeterTests
{
    [Theory, InlineData(true), InlineData(false)]
    public void A_meter_counts_what_is_read_and_repacked(bool repack)
    {
        using var pool = new WorkerPool(2);
        using var weights = new Weights(QuantType.Q4_0, 500, 1024, mapped: true);
        var meter = new LoadMeter();
        long bytes = 500 * QuantTypes.Get(QuantType.Q4_0).RowBytes(1024);
        for (int load = 1; load <= 2; load++)
        {
            weights.Load(pool, repack, meter).Dispose();
            Assert.Equal(load * bytes, meter.Bytes);
        }
        Assert.True(meter.Reading > TimeSpan.Zero);
        Assert.Equal(repack, meter.Repacking > TimeSpan.Zero);
    }
}
