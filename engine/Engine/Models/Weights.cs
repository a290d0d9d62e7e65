using Engine.Kernels;

namespace Engine.Models;

/// <summary>All weights of a model. Owns the matrices.</summary>
internal sealed class Weights : IDisposable
{
    /// <summary>Every matrix, to be freed with the weights.</summary>
    public required IReadOnlyList<Matrix> Matrices { get; init; }

    /// <summary>The linear maps whose weights are rows of a tensor as it stands in the file.</summary>
    public required IReadOnlyList<ModelLinear> Linears { get; init; }

    public required Matrix Embedding { get; set; }

    /// <summary>Where in the file <see cref="Embedding"/> lies.</summary>
    public required MatrixPlan EmbeddingPlan { get; init; }

    public Matrix? PositionEmbedding { get; init; }

    /// <summary>What every token gets added: the row of token type 0.</summary>
    public Matrix? TokenTypes { get; init; }

    public Norm? EmbeddingNorm { get; init; }

    public required Layer[] Layers { get; init; }

    public Norm? OutputNorm { get; init; }

    /// <summary>The output matrix; empty in an encoder.</summary>
    public required Linear[] Output { get; init; }

    /// <summary>The file's own RoPE factors (of long-rope models those for short texts); null: none.</summary>
    public float[]? RopeFactors { get; init; }

    /// <summary>RoPE factors for long texts; null: the same as for short ones.</summary>
    public float[]? LongRopeFactors { get; init; }

    public void Dispose()
    {
        foreach (Matrix matrix in Matrices) matrix.Dispose();
    }
}
