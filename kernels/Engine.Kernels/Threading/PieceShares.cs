namespace Engine.Kernels;

/// <summary>
/// The pieces of one job, shared out: every worker has a run of neighbours, takes them in order and then takes what others have left.
/// </summary>
/// <remarks>
/// Neighbouring pieces read neighbouring memory, so a worker's reads stay one stream that the processor fetches ahead, and workers meet
/// at a counter only at the end of a job. A share is set up by whoever takes its first piece: beginning a job costs nothing per worker.
/// </remarks>
internal sealed class PieceShares(int workers)
{
    // Counters stand two cache lines apart (prefetchers fetch lines in pairs).
    private const int Stride = 16;

    // The next piece in the low half, in the high half the number of the job for which that holds.
    private readonly long[] _next = new long[(workers + 1) * Stride];
    private uint _job;
    private int _count;

    /// <summary>Shares out <paramref name="count"/> pieces. Nobody may be taking any.</summary>
    public void Reset(int count)
    {
        _job++;
        _count = count;
    }

    /// <summary>The next piece of the share of <paramref name="owner"/>, or -1 when that is used up.</summary>
    public int Take(int owner)
    {
        int start = (int)((long)_count * owner / workers), end = (int)((long)_count * (owner + 1) / workers);
        ref long counter = ref _next[(owner + 1) * Stride];
        while (true)
        {
            long seen = Volatile.Read(ref counter);
            int piece = (uint)(seen >> 32) == _job ? (int)seen : start;
            if (piece >= end) return -1;
            if (Interlocked.CompareExchange(ref counter, ((long)_job << 32) | (uint)(piece + 1), seen) == seen) return piece;
        }
    }
}
