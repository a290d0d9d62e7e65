namespace Engine.Formats.Blocks;

/// <summary>The sixteen E2M1 values doubled, so that <see cref="MXFP4"/> and <see cref="NVFP4"/> compute with small integers.</summary>
public static class Fp4Levels
{
    /// <summary>Twice the value of each code. Code 8, which is -0 in E2M1, is a plain zero.</summary>
    public static ReadOnlySpan<sbyte> Doubled => [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12];
}
