namespace Engine.Kernels;

/// <summary>A linear map y = s W x + b.</summary>
public sealed class Linear : IDisposable
{
    /// <summary>Makes the map.</summary>
    /// <param name="weight">W, one row per output. The map owns it.</param>
    /// <param name="bias">b, one value per output, or null.</param>
    /// <param name="scale">s, a factor of the whole matrix that lies outside its blocks (NVFP4's second scale).</param>
    /// <exception cref="ArgumentException">A bias of another length.</exception>
    public Linear(Matrix weight, float[]? bias = null, float scale = 1f)
    {
        ArgumentNullException.ThrowIfNull(weight);
        if (bias is not null && bias.Length != weight.Rows)
            throw new ArgumentException($"{bias.Length} bias values for {weight.Rows} outputs.", nameof(bias));
        Weight = weight;
        Bias = bias;
        Scale = scale;
    }

    /// <summary>W. Another matrix of the same size may stand in for it while nothing is computed.</summary>
    public Matrix Weight
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (field is { } old && (value.Rows, value.Columns) != (old.Rows, old.Columns))
                throw new ArgumentException($"{value.Rows} x {value.Columns} weights in place of {old.Rows} x {old.Columns}.", nameof(value));
            field = value;
        }
    }

    /// <summary>b, or null.</summary>
    public float[]? Bias { get; }

    /// <summary>s.</summary>
    public float Scale { get; }

    /// <summary>Sees every input x before the product, exactly as it is; null, the normal case, for nobody.</summary>
    public IInputObserver? Observer { get; set; }

    /// <summary>Length of x.</summary>
    public int Inputs => Weight.Columns;

    /// <summary>Length of y.</summary>
    public int Outputs => Weight.Rows;

    /// <summary>Some of the outputs as a map of their own, sharing the weights; see <see cref="Matrix.SliceRows"/>.</summary>
    public Linear Slice(int first, int count) => new(Weight.SliceRows(first, count), Bias?[first..(first + count)], Scale);

    /// <summary>Turns W x into y for the outputs from <paramref name="first"/> on.</summary>
    internal void Finish(Span<float> outputs, int first)
    {
        if (Scale != 1f)
        {
            foreach (ref float output in outputs) output *= Scale;
        }
        if (Bias is null) return;
        for (int i = 0; i < outputs.Length; i++) outputs[i] += Bias[first + i];
    }

    /// <summary>Disposes the weights.</summary>
    public void Dispose() => Weight.Dispose();
}
