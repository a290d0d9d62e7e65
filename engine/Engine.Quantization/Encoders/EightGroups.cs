using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Engine.Quantization.Encoders;

/// <summary>
/// Eight groups of weights side by side: vector i holds the i-th weight of every group, so that a search runs for eight groups at once
/// and never adds across lanes.
/// </summary>
internal sealed class EightGroups
{
    /// <summary>Groups, the lanes of a vector.</summary>
    public const int Lanes = 8;

    private readonly Vector256<float>[] _values;
    private readonly Vector256<float>[] _weights;

    /// <summary>Makes room.</summary>
    /// <param name="size">Weights per group.</param>
    public EightGroups(int size)
    {
        Size = size;
        _values = new Vector256<float>[size];
        _weights = new Vector256<float>[size];
    }

    /// <summary>Weights per group.</summary>
    public int Size { get; }

    /// <summary>The first vector of the values.</summary>
    public ref Vector256<float> Values => ref MemoryMarshal.GetArrayDataReference(_values);

    /// <summary>The first vector of what the squared errors count.</summary>
    public ref Vector256<float> Weights => ref MemoryMarshal.GetArrayDataReference(_weights);

    /// <summary>The largest weight of each group before <see cref="Load"/> divided by it: how much the group's error counts.</summary>
    public Vector256<float> Share { get; private set; }

    /// <summary>
    /// Fills the lanes; those that the values do not reach become zeros that count nothing. Each group's weights are divided by their
    /// largest, so that groups that matter little are searched as exactly as the others; where all are zero, they become 1.
    /// </summary>
    /// <param name="values">Up to 8 groups, one after another.</param>
    /// <param name="weights">As many, not negative.</param>
    /// <param name="factor">What the values are multiplied by, a power of two.</param>
    public void Load(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, float factor)
    {
        Transpose(values, _values);
        Transpose(weights, _weights);
        Vector256<float> largest = Vector256<float>.Zero;
        foreach (Vector256<float> eight in _weights) largest = Vector256.MaxNative(largest, eight);
        Vector256<float> inverse = Grid.Inverse(largest);
        Vector256<float> uniform = Vector256<float>.One & Vector256.Equals(largest, Vector256<float>.Zero);
        foreach (ref Vector256<float> eight in _weights.AsSpan()) eight = Vector256.FusedMultiplyAdd(eight, inverse, uniform);
        foreach (ref Vector256<float> eight in _values.AsSpan()) eight *= factor;
        Share = largest;
    }

    /// <summary>Writes the codes of every group, group after group.</summary>
    /// <param name="inverse">1 / step per group.</param>
    /// <param name="offset">What is added to a value before it is divided.</param>
    /// <param name="codes">The levels.</param>
    /// <param name="numbers">Receives the number of the level of as many weights as fit.</param>
    public void WriteCodes<TCodes>(Vector256<float> inverse, Vector256<float> offset, TCodes codes, Span<byte> numbers)
        where TCodes : struct, ICodes
    {
        const int each = sizeof(int);
        Span<int> eight = stackalloc int[Lanes];
        int groups = numbers.Length / Size;
        for (int i = 0; i < Size; i += each)
        {
            // Four successive numbers of a group are the four bytes of its lane.
            Vector256<int> four = default;
            for (int j = 0; j < each; j++) four |= codes.Number((_values[i + j] + offset) * inverse) << (8 * j);
            four.CopyTo(eight);
            for (int g = 0; g < groups; g++) BinaryPrimitives.WriteInt32LittleEndian(numbers[(g * Size + i)..], eight[g]);
        }
    }

    private void Transpose(ReadOnlySpan<float> source, Vector256<float>[] vectors)
    {
        Span<float> lanes = MemoryMarshal.Cast<Vector256<float>, float>(vectors.AsSpan());
        if (source.Length < lanes.Length) lanes.Clear();
        ref float destination = ref MemoryMarshal.GetReference(lanes);
        for (int start = 0, g = 0; start < source.Length; start += Size, g++)
        {
            ReadOnlySpan<float> group = source.Slice(start, Size);
            for (int i = 0; i < group.Length; i++) Unsafe.Add(ref destination, i * Lanes + g) = group[i];
        }
    }
}
