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

/// <summary>The buffers in which a device computes a batch's experts one after the other.</summary>
public sealed class ExpertBuffers : IDisposable
{
    /// <summary>Buffers for at most <paramref name="capacity"/> tokens.</summary>
    /// <param name="capacity">The most tokens that one expert can get.</param>
    /// <param name="width">Length of the layer's input and output rows.</param>
    /// <param name="inner">Length of an expert's inner rows.</param>
    public ExpertBuffers(int capacity, int width, int inner)
    {
        Input = new Activation(capacity, width);
        Gate = new Activation(capacity, inner);
        Up = new Activation(capacity, inner);
        Inner = new Activation(capacity, inner);
        Output = new Activation(capacity, width);
        GateUp = [Gate, Up];
        Downs = [Output];
    }

    internal Activation Input { get; }

    internal Activation Gate { get; }

    internal Activation Up { get; }

    internal Activation Inner { get; }

    internal Activation Output { get; }

    internal Activation[] GateUp { get; }

    internal Activation[] Downs { get; }

    /// <summary>Frees the buffers.</summary>
    public void Dispose()
    {
        Input.Dispose();
        Gate.Dispose();
        Up.Dispose();
        Inner.Dispose();
        Output.Dispose();
    }
}
