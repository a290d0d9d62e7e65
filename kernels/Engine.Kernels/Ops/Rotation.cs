using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>Which elements of a head RoPE turns together (Su et al., 2021).</summary>
public enum RopeLayout
{
    /// <summary>Neighbours: 2i and 2i + 1.</summary>
    Normal,

    /// <summary>Halves, as in GPT-NeoX: i and i + n / 2.</summary>
    NeoX,
}

/// <summary>
/// The angles by which RoPE turns the tokens of a batch: per token and rotated element its cosine and its signed sine, the sine of the
/// pair's first element negative.
/// </summary>
public sealed class RopeAngles
{
    private readonly float[] _cosines;
    private readonly float[] _sines;

    /// <summary>Room for the angles of <paramref name="capacity"/> tokens.</summary>
    /// <param name="capacity">The most tokens of a batch.</param>
    /// <param name="dimensions">Elements of a head that are turned: even.</param>
    /// <param name="layout">Which of them are turned together.</param>
    public RopeAngles(int capacity, int dimensions, RopeLayout layout)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        if (dimensions <= 0 || dimensions % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, "RoPE turns pairs of elements.");
        }
        (Dimensions, Layout) = (dimensions, layout);
        _cosines = new float[checked(capacity * dimensions)];
        _sines = new float[capacity * dimensions];
    }

    /// <summary>Elements of a head that are turned.</summary>
    public int Dimensions { get; }

    /// <summary>Which elements are turned together.</summary>
    public RopeLayout Layout { get; }

    /// <summary>Sets a token's angles: pair i is turned by position · frequencies[i] radians and stretched by the magnitude.</summary>
    /// <param name="token">Index of the token in the batch.</param>
    /// <param name="position">Its position in its sequence.</param>
    /// <param name="frequencies">Radians per position, one for each pair.</param>
    /// <param name="magnitude">Factor of the turned elements (YaRN's and LongRoPE's attention factor), else 1.</param>
    public void Set(int token, int position, ReadOnlySpan<double> frequencies, float magnitude)
    {
        int half = Dimensions / 2;
        Span<float> cosines = _cosines.AsSpan(token * Dimensions, Dimensions);
        Span<float> sines = _sines.AsSpan(token * Dimensions, Dimensions);
        for (int pair = 0; pair < half; pair++)
        {
            (double sine, double cosine) = Math.SinCos(position * frequencies[pair]);
            (int first, int second) = Layout == RopeLayout.NeoX ? (pair, pair + half) : (2 * pair, 2 * pair + 1);
            cosines[first] = cosines[second] = (float)(cosine * magnitude);
            sines[second] = (float)(sine * magnitude);
            sines[first] = -sines[second];
        }
    }

    internal ReadOnlySpan<float> Cosines(int token) => _cosines.AsSpan(token * Dimensions, Dimensions);

    internal ReadOnlySpan<float> Sines(int token) => _sines.AsSpan(token * Dimensions, Dimensions);
}

/// <summary>Turns the heads of one row by RoPE: every element becomes x · cos + partner · sin.</summary>
internal static class Rotation
{
    private const int Lanes = 8;

    /// <summary>Turns the elements from <paramref name="offset"/> on of every head; the others are copied.</summary>
    internal static void Apply(
        RopeAngles angles, int token, int headSize, int offset, ReadOnlySpan<float> input, Span<float> output)
    {
        ReadOnlySpan<float> cosines = angles.Cosines(token);
        ReadOnlySpan<float> sines = angles.Sines(token);
        if (headSize != angles.Dimensions) input.CopyTo(output);
        for (int head = offset; head < input.Length; head += headSize)
        {
            ReadOnlySpan<float> source = input.Slice(head, angles.Dimensions);
            Span<float> target = output.Slice(head, angles.Dimensions);
            if (angles.Layout == RopeLayout.Normal)
            {
                Neighbours(source, cosines, sines, target);
            }
            else
            {
                int half = angles.Dimensions / 2;
                Half(source[..half], source[half..], cosines[..half], sines[..half], target[..half]);
                Half(source[half..], source[..half], cosines[half..], sines[half..], target[half..]);
            }
        }
    }

    private static void Half(
        ReadOnlySpan<float> input, ReadOnlySpan<float> partner, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, Span<float> output)
    {
        int i = 0;
        for (; i <= output.Length - Lanes; i += Lanes)
        {
            Turn(Load(input, i), Load(partner, i), Load(cosines, i), Load(sines, i)).CopyTo(output[i..]);
        }
        for (; i < output.Length; i++) output[i] = MathF.FusedMultiplyAdd(partner[i], sines[i], input[i] * cosines[i]);
    }

    private static void Neighbours(ReadOnlySpan<float> input, ReadOnlySpan<float> cosines, ReadOnlySpan<float> sines, Span<float> output)
    {
        int i = 0;
        for (; i <= output.Length - Lanes; i += Lanes)
        {
            Vector256<float> x = Load(input, i);
            Vector256<float> partner = Vector256.Shuffle(x, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
            Turn(x, partner, Load(cosines, i), Load(sines, i)).CopyTo(output[i..]);
        }
        for (; i < output.Length; i++) output[i] = MathF.FusedMultiplyAdd(input[i ^ 1], sines[i], input[i] * cosines[i]);
    }

    private static Vector256<float> Turn(Vector256<float> x, Vector256<float> partner, Vector256<float> cosines, Vector256<float> sines) =>
        Vector256.FusedMultiplyAdd(partner, sines, x * cosines);

    private static Vector256<float> Load(ReadOnlySpan<float> values, int index) =>
        Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);
}
