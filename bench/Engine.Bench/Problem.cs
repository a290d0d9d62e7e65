using Engine.Formats;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>A product with all that it needs.</summary>
internal sealed class Problem : IDisposable
{
    private readonly WorkerPool _pool;
    private readonly MatMulContext _context;
    private readonly Linear[] _group;
    private readonly Activation _input;
    private readonly Activation[] _outputs;

    public Problem(
        QuantType type, int rows, int columns, int tokens, int threads, Arithmetic arithmetic, InstructionSet? set = null)
    {
        _pool = new WorkerPool(threads);
        _context = new MatMulContext(_pool, arithmetic, set);
        _group = [new Linear(Matrix.Load(WeightTypes.Random(type, rows, columns), type, rows, columns, MatrixOptions.Default, _pool))];
        _input = new Activation(tokens, columns);
        _outputs = [new Activation(tokens, rows)];
        var random = new Random(2);
        for (int t = 0; t < tokens; t++)
            foreach (ref float x in _input.Row(t)) x = random.NextSingle() - 0.5f;
    }

    /// <summary>Bytes of the weights in memory.</summary>
    public long Bytes => _group[0].Weight.Bytes;

    /// <summary>Multiply-adds of one product.</summary>
    public long Macs => (long)_input.Rows * _input.Columns * _outputs[0].Columns;

    public void Multiply() => MatMul.Multiply(_group, _input, _outputs, _context);

    /// <summary>Whether the last product has the same bits as the one of another problem of the same shape.</summary>
    public bool HasResultOf(Problem other)
    {
        for (int t = 0; t < _input.Rows; t++)
            if (!_outputs[0].Row(t).SequenceEqual(other._outputs[0].Row(t))) return false;
        return true;
    }

    public void Dispose()
    {
        _group[0].Dispose();
        _input.Dispose();
        _outputs[0].Dispose();
        _context.Dispose();
        _pool.Dispose();
    }
}
