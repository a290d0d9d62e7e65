namespace Engine.Formats.Blocks;

/// <summary>The sixteen E2M1 values doubled, so that <see cref="MXFP4"/> and <see cref="NVFP4"/> compute with small integers.</summary>
public static class Fp4Levels
{
    /// <summary>Twice the value of each code. Code 8, which is -0 in E2M1, is a plain zero.</summary>
    public static ReadOnlySpan<sbyte> Doubled => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];

    /// <summary>The code whose level is nearest to a value, the lowest of several (of a magnitude's two neighbours the smaller).</summary>
    /// <param name="value">A finite number.</param>
    /// <param name="halfScale">Half of the block's scale.</param>
    internal static int Nearest(float value, float halfScale)
    {
        int nearest = 0;
        float least = float.MaxValue;
        for (int code = 0; code < 16; code++)
        {
            float distance = MathF.Abs(Doubled[code] * halfScale - value);
            if (distance >= least) continue;
            nearest = code;
            least = distance;
        }
        return nearest;
    }
}
