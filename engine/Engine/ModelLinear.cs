using Engine.Formats;
using Engine.Kernels;
using Engine.Models;

namespace Engine;

/// <summary>
/// A linear map of a model and where its weights lie in the file: a tensor, one matrix of a stack (an expert), all of a stack (the values of
/// latent attention), or some rows of a matrix (the queries of a fused projection).
/// </summary>
public sealed class ModelLinear
{
    private readonly Linear _linear;

    internal ModelLinear(MatrixPlan plan, Linear linear)
    {
        (Plan, _linear) = (plan, linear);
        ITensor tensor = plan.Tensor;
        TensorName = tensor.Name;
        long matrixRows = tensor.Shape.Count > 1 ? tensor.Shape[1] : 1;
        Matrices = (int)(tensor.Rows / matrixRows);
        (long matrix, long first) = Math.DivRem(plan.FirstRow, matrixRows);
        (Matrix, FirstRow) = ((int)matrix, (int)first);
        MatrixCount = (int)((first + plan.Rows + matrixRows - 1) / matrixRows);
    }

    /// <summary>Where in the file the weights lie.</summary>
    internal MatrixPlan Plan { get; }

    /// <summary>What the map multiplies by now.</summary>
    internal Matrix Weight
    {
        get => _linear.Weight;
        set => _linear.Weight = value;
    }

    /// <summary>The tensor's name in the file.</summary>
    public string TensorName { get; }

    /// <summary>Matrices in the tensor: the experts of a stack, else 1.</summary>
    public int Matrices { get; }

    /// <summary>Which of them this is, or the first that this has: 0 to <see cref="Matrices"/> - 1.</summary>
    public int Matrix { get; }

    /// <summary>How many of them this has, all or some rows of each: 1, but for stacks that one product multiplies.</summary>
    public int MatrixCount { get; }

    /// <summary>The first row of the matrix that this map has; above 0 in parts of a fused matrix, which read the same input.</summary>
    public int FirstRow { get; }

    /// <summary>Outputs.</summary>
    public int Rows => _linear.Outputs;

    /// <summary>Inputs.</summary>
    public int Columns => _linear.Inputs;

    /// <summary>Sees every input of the map, see <see cref="Linear.Observer"/>; null for nobody. To be set while nothing is computed.</summary>
    public IInputObserver? Observer
    {
        get => _linear.Observer;
        set => _linear.Observer = value;
    }
}
