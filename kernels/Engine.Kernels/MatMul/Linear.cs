namespace Engine.Kernels;

/// <summary>A linear map y = W x + b.</summary>
public sealed class Linear : IDisposable
{
    /// <summary>Makes the map.</summary>
    /// <param name="weight">W, one row per output. The map owns it.</param>
    /// <param name="bias">b, one value per output, or null.</param>
    /// <exception cref="ArgumentException">A bias of another length.</exception>
    public Linear(Matrix weight, float[]? bias = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (bias is not null && bias.Length != weight.Rows)
            throw new ArgumentException($"{bias.Length} bias values for {weight.Rows} outputs.", nameof(bias));
        Weight = weight;
        Bias = bias;
    }

    /// <summary>W.</summary>
    public Matrix Weight { get; }

    /// <summary>b, or null.</summary>
    public float[]? Bias { get; }

    /// <summary>Length of x.</summary>
    public int Inputs => Weight.Columns;

    /// <summary>Length of y.</summary>
    public int Outputs => Weight.Rows;

    /// <summary>Some of the outputs as a map of their own, sharing the weights; see <see cref="Matrix.SliceRows"/>.</summary>
    public Linear Slice(int first, int count) => new(Weight.SliceRows(first, count), Bias?[first..(first + count)]);

    /// <summary>Disposes the weights.</summary>
    public void Dispose() => Weight.Dispose();
}
