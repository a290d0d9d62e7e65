using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Reads memory piece by piece with as little arithmetic as keeps the reads from being optimised away.</summary>
internal readonly unsafe struct ReadJob(byte* start, int piece) : IWorkerJob
{
    private readonly byte* _start = start;
    private readonly int _piece = piece;

    public void Execute(int index, int worker)
    {
        byte* p = _start + (long)index * _piece, end = p + _piece;
        Vector256<long> a = default, b = default, c = default, d = default;
        for (; p < end; p += 128)
        {
            a |= Vector256.Load((long*)p);
            b |= Vector256.Load((long*)(p + 32));
            c |= Vector256.Load((long*)(p + 64));
            d |= Vector256.Load((long*)(p + 96));
        }
        // The buffer holds zeros.
        if ((a | b | c | d) != default) throw new InvalidOperationException("Memory changed while it was measured.");
    }
}
