using Engine.Kernels;

namespace Engine.Models;

/// <summary>Other matrices in place of those of one tensor, until it is disposed.</summary>
internal sealed class Substitution : IDisposable
{
    private readonly Lock _computing;
    private readonly Weights _weights;
    private readonly List<Matrix> _loaded = [];
    private readonly List<Action> _restore = [];

    /// <summary>Loads the matrices and puts them in place.</summary>
    /// <param name="computing">Held while anything is computed; the caller holds it.</param>
    /// <param name="weights">Whose matrices are replaced.</param>
    /// <param name="tensor">The tensor's name.</param>
    /// <param name="load">Loads the rows that a plan names.</param>
    /// <exception cref="ArgumentException">No matrix comes from the tensor.</exception>
    internal Substitution(Lock computing, Weights weights, string tensor, Func<MatrixPlan, Matrix> load)
    {
        (_computing, _weights) = (computing, weights);
        try
        {
            var places = new List<(Matrix Old, Matrix New, Action<Matrix> Put)>();
            if (weights.EmbeddingPlan.Tensor.Name == tensor)
                places.Add((weights.Embedding, Load(load, weights.EmbeddingPlan), matrix => _weights.Embedding = matrix));
            foreach (ModelLinear linear in weights.Linears.Where(linear => linear.TensorName == tensor))
            {
                // The output of a model without one of its own is the embedding's matrix.
                Matrix? shared = places.Find(place => place.Old == linear.Weight).New;
                places.Add((linear.Weight, shared ?? Load(load, linear.Plan), matrix => linear.Weight = matrix));
            }
            if (places.Count == 0) throw new ArgumentException($"No matrix of the model comes from \"{tensor}\".", nameof(tensor));
            foreach ((Matrix old, Matrix replacement, Action<Matrix> put) in places)
            {
                put(replacement);
                _restore.Add(() => put(old));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Puts the model's own matrices back.</summary>
    public void Dispose()
    {
        lock (_computing)
        {
            foreach (Action restore in _restore) restore();
            _restore.Clear();
            foreach (Matrix matrix in _loaded) matrix.Dispose();
            _loaded.Clear();
        }
    }

    private Matrix Load(Func<MatrixPlan, Matrix> load, MatrixPlan plan)
    {
        Matrix matrix = load(plan);
        _loaded.Add(matrix);
        return matrix;
    }
}
