using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Engine.Formats.Blocks;

namespace Engine.Quantization.Encoders;

/// <summary>The sixteen levels of <see cref="IQ4_NL"/>; ties go to the higher.</summary>
internal readonly struct LevelCodes : ICodes
{
    // A number lies at or above level i where it reaches the middle between it and the one before. Four comparisons find i, each with a
    // middle that the ones before have chosen: of 8, then of 4 or 12, then of 2, 6, 10 or 14, then of an odd one.
    private static readonly Vector256<float> Odd = Middles(1, 2);
    private static readonly Vector256<float> Twos = Middles(2, 4);
    private static readonly Vector256<float> Four = Vector256.Create(Middle(4));
    private static readonly Vector256<float> Eight = Vector256.Create(Middle(8));
    private static readonly Vector256<float> Twelve = Vector256.Create(Middle(12));
    private static readonly Vector256<float> EvenLevels = Levels(0);
    private static readonly Vector256<float> OddLevels = Levels(1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Nearest(Vector256<float> scaled)
    {
        (Vector256<int> pair, Vector256<int> isOdd) = Find(scaled);
        return Vector256.ConditionalSelect(
            isOdd.AsSingle(), Vector256.ShuffleNative(OddLevels, pair), Vector256.ShuffleNative(EvenLevels, pair));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Number(Vector256<float> scaled)
    {
        (Vector256<int> pair, Vector256<int> isOdd) = Find(scaled);
        return pair + pair - isOdd;
    }

    /// <summary>Half of the level's number, and all bits set where the number is odd.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<int> Pair, Vector256<int> IsOdd) Find(Vector256<float> scaled)
    {
        Vector256<float> upper = Vector256.GreaterThanOrEqual(scaled, Eight);
        Vector256<int> second = Vector256.GreaterThanOrEqual(scaled, Vector256.ConditionalSelect(upper, Twelve, Four)).AsInt32();
        Vector256<int> quarter = -(upper.AsInt32() + upper.AsInt32() + second);
        Vector256<int> third = Vector256.GreaterThanOrEqual(scaled, Vector256.ShuffleNative(Twos, quarter)).AsInt32();
        Vector256<int> pair = quarter + quarter - third;
        return (pair, Vector256.GreaterThanOrEqual(scaled, Vector256.ShuffleNative(Odd, pair)).AsInt32());
    }

    private static float Middle(int level) => (IQ4_NL.Levels[level - 1] + IQ4_NL.Levels[level]) * 0.5f;

    private static Vector256<float> Middles(int first, int step)
    {
        Span<float> middles = stackalloc float[Vector256<float>.Count];
        middles.Fill(float.PositiveInfinity);
        for (int i = 0, level = first; level < IQ4_NL.Levels.Length; i++, level += step) middles[i] = Middle(level);
        return Vector256.Create<float>(middles);
    }

    private static Vector256<float> Levels(int first)
    {
        Span<float> levels = stackalloc float[Vector256<float>.Count];
        for (int i = 0; i < levels.Length; i++) levels[i] = IQ4_NL.Levels[2 * i + first];
        return Vector256.Create<float>(levels);
    }
}
