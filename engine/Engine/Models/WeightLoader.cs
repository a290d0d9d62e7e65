using Engine.Formats;
using Engine.Kernels;

namespace Engine.Models;

/// <summary>Checks all tensors of a model against its config, then loads them.</summary>
internal sealed class WeightLoader
{
    private readonly Config _config;
    private readonly TensorSource _source;
    private readonly MatrixOptions _options;
    private readonly WorkerPool _pool;
    private readonly List<Matrix> _matrices = [];
    private readonly List<ModelLinear> _linears = [];

    private WeightLoader(IModelSource file, Config config, MatrixOptions options, WorkerPool pool)
    {
        (_config, _options, _pool) = (config, options, pool);
        _source = new TensorSource(file);
    }

    private TensorNames Names => _config.Family.Names;

    /// <summary>Loads a model's weights. Where it fails, nothing stays allocated.</summary>
    /// <exception cref="ModelFormatException">
    /// A tensor is missing, has the wrong shape or type, is not of this family, or holds a scale that is not finite.
    /// </exception>
    internal static Weights Load(IModelSource file, Config config, MatrixOptions options, WorkerPool pool)
    {
        var loader = new WeightLoader(file, config, options, pool);
        Func<Weights> load = loader.Plan();
        try
        {
            return load();
        }
        catch
        {
            foreach (Matrix matrix in loader._matrices) matrix.Dispose();
            throw;
        }
    }

    /// <summary>Checks everything and returns what does the loading.</summary>
    private Func<Weights> Plan()
    {
        int width = _config.Width;
        MatrixPlan embedding = _source.Matrix(Names.Embedding + ".weight", _config.VocabularySize, width);
        MatrixPlan? positions = Names.PositionEmbedding is { } name ? _source.Matrix(name + ".weight", _config.ContextLength, width) : null;
        MatrixPlan? types = PlanTokenTypes();
        Norm? embeddingNorm = PlanNorm(Names.EmbeddingNorm);
        Norm? outputNorm = PlanNorm(Names.OutputNorm);
        LinearPlan? output = PlanOutput();
        float[]? outputBias = _config.Family.Encoder ? null : _source.Bias(Names.Output, _config.VocabularySize, Requires(Biases.Output));
        (float[]? factors, float[]? longFactors) = PlanRopeFactors();
        var layerPlanner = new LayerPlanner(_config, _source, Load, Load);
        Func<Layer>[] layers = [.. Enumerable.Range(0, _config.Layers.Count).Select(layerPlanner.Plan)];
        _source.CheckAllUsed(layers.Length);

        return () =>
        {
            Matrix table = embedding.Load(Load);
            return new Weights
            {
                Matrices = _matrices,
                Linears = _linears,
                Embedding = table,
                EmbeddingPlan = embedding,
                PositionEmbedding = positions is { } p ? p.Load(Load) : null,
                TokenTypes = types is { } t ? t.Load(Load) : null,
                EmbeddingNorm = embeddingNorm,
                Layers = [.. layers.Select(load => load())],
                OutputNorm = outputNorm,
                Output =
                    _config.Family.Encoder ? []
                    : output is { } own ? [Load(own)]
                    : [Register(embedding, new Linear(table, outputBias))],
                RopeFactors = factors,
                LongRopeFactors = longFactors,
            };
        };
    }

    private MatrixPlan? PlanTokenTypes()
    {
        if (Names.TokenTypes is not { } name) return null;
        ITensor tensor = _source.GetTable(name + ".weight", _config.Width);
        return new MatrixPlan(tensor, 0, 1, _config.Width);
    }

    private LinearPlan? PlanOutput()
    {
        if (_config.Family.Encoder) return null;
        if (!_config.Family.RequiresOutput && !_source.Has(Names.Output + ".weight")) return null;
        return _source.Linear(Names.Output, _config.VocabularySize, _config.Width, Requires(Biases.Output));
    }

    private (float[]? Factors, float[]? LongFactors) PlanRopeFactors()
    {
        if (_config.Rope is not { } rope) return (null, null);
        int pairs = rope.Dimensions / 2;
        if (rope.Scaling != RopeScaling.LongRope) return (_source.OptionalVector(RopeTensors.Factors, pairs), null);
        return (_source.Vector(RopeTensors.Short, pairs), _source.Vector(RopeTensors.Long, pairs));
    }

    private Norm? PlanNorm(string? name) => name is null
        ? null
        : new Norm(
            _config.Family.Norm, _config.NormEpsilon, _source.Vector(name + ".weight", _config.Width),
            _source.Bias(name, _config.Width, Requires(Biases.Norm)));

    private bool Requires(Biases biases) => (_config.Family.Biases & biases) != 0;

    private Matrix Load(ITensorData data, QuantType type, int rows, int columns)
    {
        Matrix matrix = Matrix.Load(data, type, rows, columns, _options, _pool);
        _matrices.Add(matrix);
        return matrix;
    }

    private Linear Load(LinearPlan plan) => Register(plan.Weight, plan.Load(Load));

    private Linear Register(MatrixPlan plan, Linear linear)
    {
        _linears.Add(new ModelLinear(plan, linear));
        return linear;
    }
}
