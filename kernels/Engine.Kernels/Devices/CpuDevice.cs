namespace Engine.Kernels;

/// <summary>The processor: every operation runs at once, on the threads of one pool.</summary>
public sealed class CpuDevice : Device
{
    private readonly WorkerPool _pool;
    private readonly MatMulContext _products;
    private readonly AttentionScratch _attention = new();

    /// <summary>A device on the threads of a pool, which stays the caller's.</summary>
    /// <param name="pool">The threads.</param>
    /// <param name="products">How matrix products are computed; disposed with the device.</param>
    public CpuDevice(WorkerPool pool, MatMulContext products)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(products);
        (_pool, _products) = (pool, products);
    }

    /// <inheritdoc/>
    public override Activation CreateActivation(int capacity, int columns) => new(capacity, columns);

    /// <inheritdoc/>
    public override void Embed(Matrix table, ReadOnlySpan<int> ids, float scale, Activation output)
    {
        output.Rows = ids.Length;
        for (int row = 0; row < ids.Length; row++)
        {
            Span<float> values = output.Row(row);
            table.DecodeRow(ids[row], values);
            if (scale != 1f) Elementwise.Map(new ScaleAndCap(scale, 0f), values, values, values);
        }
    }

    /// <inheritdoc/>
    public override void Select(Activation input, ReadOnlySpan<int> rows, Activation output)
    {
        output.Rows = rows.Length;
        for (int row = 0; row < rows.Length; row++) input.Row(rows[row]).CopyTo(output.Row(row));
    }

    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<Linear> group, Activation input, ReadOnlySpan<Activation> outputs)
    {
        foreach (Activation output in outputs) output.Rows = input.Rows;
        foreach (Linear linear in group) linear.Observer?.Observe(input);
        MatMul.Multiply(group, input, outputs, _products);
    }

    /// <inheritdoc/>
    public override void MultiplyGated(ReadOnlySpan<Linear> maps, ActivationFunction function, Activation input, Activation output)
    {
        output.Rows = input.Rows;
        foreach (Linear map in maps) map.Observer?.Observe(input);
        MatMul.MultiplyGated(maps, function, input, output, _products);
    }

    /// <inheritdoc/>
    public override void Normalize(Activation input, Norm norm, Activation output)
    {
        output.Rows = input.Rows;
        RowLoop.Run(new NormalizeRow(input, norm, output), input.Rows, input.Columns, _pool);
    }

    /// <inheritdoc/>
    public override void Rotate(Activation input, RopeAngles angles, int headSize, int offset, Activation output)
    {
        output.Rows = input.Rows;
        RowLoop.Run(new RotateRow(input, angles, headSize, offset, output), input.Rows, input.Columns, _pool);
    }

    /// <inheritdoc/>
    public override void JoinHeads(Activation own, Activation shared, int heads, Activation output)
    {
        output.Rows = own.Rows;
        int ownSize = own.Columns / heads;
        int size = ownSize + shared.Columns;
        for (int row = 0; row < own.Rows; row++)
        {
            for (int head = 0; head < heads; head++)
            {
                own.Row(row).Slice(head * ownSize, ownSize).CopyTo(output.Row(row)[(head * size)..]);
                shared.Row(row).CopyTo(output.Row(row)[(head * size + ownSize)..]);
            }
        }
    }

    /// <inheritdoc/>
    public override void Attend(
        Batch batch, int layer, Activation queries, Activation keys, Activation values, AttentionParameters parameters, Activation output)
    {
        output.Rows = queries.Rows;
        Attention.Store(batch, layer, keys, values, _attention, _pool);
        Attention.Compute(batch, layer, queries, output, parameters, _attention, _pool);
    }

    /// <inheritdoc/>
    public override void Add(Activation left, Activation right, float scale, Activation output) =>
        Map(new AddScaled(scale), left, right, output);

    /// <inheritdoc/>
    public override void ScaleAndCap(Activation input, float scale, float cap, Activation output) =>
        Map(new ScaleAndCap(scale, cap), input, input, output);

    /// <inheritdoc/>
    public override void Route(Activation scores, float[]? selectionBias, Routing routing) => routing.Route(scores, selectionBias);

    /// <inheritdoc/>
    public override void MixExperts(ExpertGroup experts, Routing routing, Activation input, ExpertBuffers buffers, Activation output)
    {
        output.Rows = input.Rows;
        new ExpertMixture(experts, routing, input, buffers, output, _products).Compute();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _attention.Dispose();
        _products.Dispose();
    }

    private void Map<TOperation>(TOperation operation, Activation left, Activation right, Activation output)
        where TOperation : struct, IElementOperation
    {
        output.Rows = left.Rows;
        RowLoop.Run(new MapRow<TOperation>(operation, left, right, output), left.Rows, left.Columns, _pool);
    }

    private readonly struct MapRow<TOperation>(TOperation operation, Activation left, Activation right, Activation output) : IRowOperation
        where TOperation : struct, IElementOperation
    {
        public void Apply(int row) => Elementwise.Map(operation, left.Row(row), right.Row(row), output.Row(row));
    }

    private readonly struct NormalizeRow(Activation input, Norm norm, Activation output) : IRowOperation
    {
        public void Apply(int row) => NormKernel.Apply(norm, input.Row(row), output.Row(row));
    }

    private readonly struct RotateRow(Activation input, RopeAngles angles, int headSize, int offset, Activation output) : IRowOperation
    {
        public void Apply(int row) => Rotation.Apply(angles, row, headSize, offset, input.Row(row), output.Row(row));
    }
}
