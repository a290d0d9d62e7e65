using System.Numerics;

namespace Engine.Sampling;

/// <summary>
/// A small seeded random source with the same numbers on every platform: xoshiro256** (D. Blackman and S. Vigna, "Scrambled linear
/// pseudorandom number generators", 2021), its state filled by SplitMix64 from the seed.
/// </summary>
internal sealed class RandomSource
{
    private readonly ulong _seed;
    private ulong _s0, _s1, _s2, _s3;

    internal RandomSource(ulong seed)
    {
        _seed = seed;
        Reset();
    }

    /// <summary>Starts again at the seed.</summary>
    internal void Reset()
    {
        ulong state = _seed;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    /// <summary>The next 64 bits.</summary>
    internal ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number of [0, 1) with 53 random bits.</summary>
    internal double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
