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

    public Problem(QuantType type, int rows, int columns, int tokens, int threads, Arithmetic arithmetic)
    {
        _pool = new WorkerPool(threads);
        _context = new MatMulContext(_pool, arithmetic);
        _group = [new Linear(Matrix.Load(new RandomTensor(type, rows, columns), type, rows, columns, MatrixOptions.Default, _pool))];
        _input = new Activation(tokens, columns);
        _outputs = [new Activation(tokens, rows)];
        var random = new Random(2);
        for (int t = 0; t < tokens; t++)
            foreach (ref float x in _input.Row(t)) x = random.NextSingle() - 0.5f;
    }

    public long Bytes => _group[0].Weight.Bytes;

    public long Macs => (long)_input.Rows * _input.Columns * _outputs[0].Columns;

    public void Multiply() => MatMul.Multiply(_group, _input, _outputs, _context);

    public void Dispose()
    {
        _group[0].Dispose();
        _input.Dispose();
        _outputs[0].Dispose();
        _context.Dispose();
        _pool.Dispose();
    }
}
