namespace Engine.Kernels;

/// <summary>The experts of one layer: feed-forward networks of one shape.</summary>
public sealed class ExpertGroup
{
    /// <summary>Per expert the matrices that read the layer's input: the gate and the up projection.</summary>
    public required Linear[][] Inputs { get; init; }

    /// <summary>Per expert the matrix that writes the layer's output.</summary>
    public required Linear[] Downs { get; init; }

    /// <summary>The function between them.</summary>
    public required ActivationFunction Function { get; init; }
}

/// <summary>
/// The buffers in which a device computes a batch's experts: as many at once as have their rows in them.
/// </summary>
public sealed class ExpertBuffers : IDisposable
{
    /// <summary>Buffers for so many rows.</summary>
    /// <param name="capacity">At least the most tokens that one expert can get.</param>
    /// <param name="width">Length of the layer's input and output rows.</param>
    /// <param name="inner">Length of an expert's inner rows.</param>
    public ExpertBuffers(int capacity, int width, int inner)
    {
        Input = new Activation(capacity, width);
        Inner = new Activation(capacity, inner);
        Output = new Activation(capacity, width);
    }

    internal Activation Input { get; }

    internal Activation Inner { get; }

    internal Activation Output { get; }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        Input.Dispose();
        Inner.Dispose();
        Output.Dispose();
    }
}
