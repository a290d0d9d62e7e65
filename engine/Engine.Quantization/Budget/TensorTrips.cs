using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Quantization.Budget;

/// <summary>
/// What tensors become in other types, by the encoders that quantize files: the errors of some rows, or all values. On all threads; the
/// results have the same bits for any number of them.
/// </summary>
/// <param name="threads">Threads, 0 for one per processor.</param>
/// <param name="cancellation">Looked at between rows.</param>
internal sealed class TensorTrips(int threads, CancellationToken cancellation)
{
    /// <summary>Weights of a tensor whose errors are measured: enough for a few parts in a hundred.</summary>
    private const long SampleWeights = 1 << 16;

    private readonly ConcurrentBag<RowTrip> _idle = [];
    private readonly ParallelOptions _parallel = new()
    {
        MaxDegreeOfParallelism = threads > 0 ? threads : Environment.ProcessorCount,
        CancellationToken = cancellation,
    };

    /// <summary>
    /// The error of each type, as a share of the output's energy where <paramref name="importance"/> tells the mean square of each input:
    /// sum m (w - w')^2 / sum m w^2, over evenly chosen rows.
    /// </summary>
    public double[] Errors(GgufTensor tensor, IReadOnlyList<QuantType> types, float[]? importance)
    {
        long count = Math.Clamp(SampleWeights / tensor.Shape[0], 1, tensor.Rows);
        var sums = new double[count][];
        ForEach(count, (trip, i) =>
        {
            ReadOnlySpan<float> values = trip.Read(tensor, i * tensor.Rows / count, importance);
            var returned = new float[values.Length];
            var row = new double[types.Count + 1];
            row[^1] = Energy(values, returned, trip.Importance);
            for (int type = 0; type < types.Count; type++)
            {
                trip.Return(types[type], returned);
                row[type] = Energy(values, returned, trip.Importance);
            }
            sums[i] = row;
        });
        double all = sums.Sum(row => row[^1]);
        return [.. Enumerable.Range(0, types.Count).Select(type => all > 0 ? sums.Sum(row => row[type]) / all : 0)];
    }

    /// <summary>All values of a tensor after a trip through a type, as bytes of F32.</summary>
    public byte[] Values(GgufTensor tensor, QuantType type, float[]? importance)
    {
        int columns = (int)tensor.Shape[0], rowBytes = columns * sizeof(float);
        byte[] values = new byte[checked((int)(tensor.Elements * sizeof(float)))];
        ForEach(tensor.Rows, (trip, row) =>
        {
            trip.Read(tensor, row, importance);
            trip.Return(type, MemoryMarshal.Cast<byte, float>(values.AsSpan((int)row * rowBytes, rowBytes)));
        });
        return values;
    }

    private void ForEach(long rows, Action<RowTrip, long> work)
    {
        try
        {
            Parallel.For(
                0L, rows, _parallel,
                () => _idle.TryTake(out RowTrip? trip) ? trip : new RowTrip(),
                (row, _, trip) =>
                {
                    work(trip, row);
                    return trip;
                },
                _idle.Add);
        }
        catch (AggregateException e) when (e.InnerExceptions.Count > 0)
        {
            // One thread's reason is enough, and whoever reads it wants its words.
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static double Energy(ReadOnlySpan<float> left, ReadOnlySpan<float> right, ReadOnlySpan<float> importance)
    {
        double sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            double difference = left[i] - right[i];
            sum += (importance.IsEmpty ? 1 : importance[i]) * difference * difference;
        }
        return sum;
    }
}
