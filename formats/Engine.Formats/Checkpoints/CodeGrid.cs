using Engine.Formats.Numerics;

namespace Engine.Formats.Checkpoints;

/// <summary>The values that codes stand for before any scale.</summary>
public sealed class CodeGrid
{
    private readonly float[] _levels;

    private CodeGrid(CodeKind kind, int bits, int zero, float[] levels)
    {
        Kind = kind;
        Bits = bits;
        Zero = zero;
        _levels = levels;
    }

    /// <summary>FP4 E2M1.</summary>
    public static CodeGrid E2M1 { get; } = new(CodeKind.E2M1, 4, 0, [.. Enumerable.Range(0, 16).Select(Numerics.E2M1.ToSingle)]);

    /// <summary>FP8 E4M3; two of its codes are NaN.</summary>
    public static CodeGrid E4M3 { get; } =
        new(CodeKind.E4M3, 8, 0, [.. Enumerable.Range(0, 256).Select(code => Numerics.E4M3.ToSingle((byte)code))]);

    /// <summary>What the codes are.</summary>
    public CodeKind Kind { get; }

    /// <summary>Bits of a code, 1 to 8.</summary>
    public int Bits { get; }

    /// <summary>Of integers: the code that stands for zero everywhere, 0 where each group has a zero point of its own.</summary>
    public int Zero { get; }

    /// <summary>The value of each code, 2^<see cref="Bits"/> of them.</summary>
    public ReadOnlySpan<float> Levels => _levels;

    /// <summary>Unsigned integers.</summary>
    /// <param name="bits">1 to 8.</param>
    /// <param name="zero">The code of zero; 0 where groups have zero points of their own.</param>
    public static CodeGrid Integer(int bits, int zero = 0) =>
        new(CodeKind.Integer, bits, zero, [.. Enumerable.Range(0, 1 << bits).Select(code => (float)(code - zero))]);

    /// <summary>Places in a table.</summary>
    /// <param name="levels">The values, a power of two of them, at most 256.</param>
    public static CodeGrid Table(float[] levels) => new(CodeKind.Table, int.Log2(levels.Length), 0, levels);
}
