using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// What rows (query heads of tokens) have summed up over some keys: the largest score, and relative to it the sum of the weights and the
/// weighted values.
/// </summary>
internal readonly unsafe struct AttentionSums
{
    private const int Lanes = 8;

    private readonly int _rows;
    private readonly int _size;
    private readonly float* _maxima;    // [rows]
    private readonly float* _weights;   // [rows]

    /// <summary>Sums that lie at <paramref name="floats"/>.</summary>
    /// <param name="floats">Room for <see cref="FloatCount"/> of them.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="size">Elements of a value, padded to whole vectors.</param>
    public AttentionSums(float* floats, int rows, int size)
    {
        (_rows, _size) = (rows, size);
        Values = floats;
        _maxima = floats + rows * size;
        _weights = _maxima + rows;
    }

    /// <summary>The weighted values, [rows][size].</summary>
    public float* Values { get; }

    /// <summary>Floats that so many rows take.</summary>
    public static int FloatCount(int rows, int size) => checked(rows * (size + 2));

    /// <summary>Starts over without any key.</summary>
    public void Clear()
    {
        new Span<float>(Values, _rows * _size).Clear();
        new Span<float>(_weights, _rows).Clear();
        new Span<float>(_maxima, _rows).Fill(float.NegativeInfinity);
    }

    /// <summary>The largest score of a row.</summary>
    public float Maximum(int row) => _maxima[row];

    /// <summary>Makes a larger score the one that a row's sums are relative to.</summary>
    public void Raise(int row, float maximum)
    {
        float factor = VectorMath.Exp(_maxima[row] - maximum);
        _maxima[row] = maximum;
        _weights[row] *= factor;
        float* values = Values + row * _size;
        for (int i = 0; i < _size; i += Lanes) (Vector256.Load(values + i) * factor).Store(values + i);
    }

    /// <summary>Adds the weights of some keys to a row.</summary>
    public void AddWeights(int row, float sum) => _weights[row] += sum;

    /// <summary>Adds what the same rows have summed up over later keys.</summary>
    public void Add(AttentionSums later)
    {
        for (int row = 0; row < _rows; row++)
        {
            float maximum = later._maxima[row];
            if (maximum == float.NegativeInfinity) continue; // it saw none of the keys
            if (maximum > _maxima[row]) Raise(row, maximum);
            float factor = VectorMath.Exp(maximum - _maxima[row]);
            _weights[row] = MathF.FusedMultiplyAdd(later._weights[row], factor, _weights[row]);
            float* values = Values + row * _size, others = later.Values + row * _size;
            for (int i = 0; i < _size; i += Lanes)
            {
                Vector256.FusedMultiplyAdd(Vector256.Load(others + i), Vector256.Create(factor), Vector256.Load(values + i))
                    .Store(values + i);
            }
        }
    }

    /// <summary>Writes a row's result, the weighted values over the sum of weights; a sink of -infinity takes no part.</summary>
    public void Finish(int row, float sink, Span<float> destination)
    {
        if (sink > _maxima[row]) Raise(row, sink);
        float sum = _weights[row];
        if (sink > float.NegativeInfinity) sum += VectorMath.Exp(sink - _maxima[row]);
        float* values = Values + row * _size;
        for (int i = 0; i < destination.Length; i++) destination[i] = values[i] / sum;
    }
}
