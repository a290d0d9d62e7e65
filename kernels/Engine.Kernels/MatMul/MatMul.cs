namespace Engine.Kernels;

/// <summary>Products of matrices with activations.</summary>
public static unsafe class MatMul
{
    /// <summary>
    /// outputs[i] = group[i](input) for every row of the input. The maps share the input, so it is prepared once, and all of them are
    /// one job of the pool. Every output has the same bits for any number of threads, whatever else is in the group or in the batch.
    /// </summary>
    /// <param name="group">The maps.</param>
    /// <param name="input">One row per token, as many columns as each map has inputs.</param>
    /// <param name="outputs">
    /// One per map, with its number of columns and as many rows as the input. What lies beyond a row's columns, up to the stride, is
    /// overwritten.
    /// </param>
    /// <param name="context">Threads, arithmetic, buffers.</param>
    /// <exception cref="ArgumentException">Shapes that do not belong together.</exception>
    /// <exception cref="ObjectDisposedException">A matrix is disposed.</exception>
    public static void Multiply(
        ReadOnlySpan<Linear> group, Activation input, ReadOnlySpan<Activation> outputs, MatMulContext context)
    {
        Check(group, input, outputs);
        if (input.Rows == 0 || group.Length == 0) return;
        context.Call.Set(group, input, outputs, context.Pool.Threads);
        if (context.Call.HasUnaligned) context.ReserveOutputs(input.Rows);
        try
        {
            if (context.Arithmetic == Arithmetic.Fast)
            {
                if (context.Call.NeedsBytes) context.Bytes.Set(input, context.Pool);
                if (context.Call.NeedsWords) context.Words.Set(input, context.Pool);
            }
            var job = new Job(context);
            context.Pool.Run(ref job, context.Call.Chunks);
        }
        finally
        {
            context.Call.Clear();
        }
    }

    private static void Check(ReadOnlySpan<Linear> group, Activation input, ReadOnlySpan<Activation> outputs)
    {
        if (group.Length != outputs.Length)
            throw new ArgumentException($"{outputs.Length} outputs for {group.Length} maps.", nameof(outputs));
        for (int i = 0; i < group.Length; i++)
        {
            group[i].Weight.ThrowIfDisposed();
            if (group[i].Inputs != input.Columns)
                throw new ArgumentException($"An input of {input.Columns} columns for {group[i].Inputs} inputs.", nameof(input));
            if (outputs[i].Columns != group[i].Outputs || outputs[i].Rows != input.Rows)
            {
                throw new ArgumentException(
                    $"An output of {outputs[i].Rows} x {outputs[i].Columns} for {input.Rows} tokens x {group[i].Outputs} outputs.",
                    nameof(outputs));
            }
        }
    }

    private readonly struct Job(MatMulContext context) : IWorkerJob
    {
        public void Execute(int index, int worker)
        {
            (Linear linear, Activation output, int first, int end) = context.Call.Chunk(index);
            for (; first < end; first += WorkerScratch.Panels)
                Panels(linear, output, first, Math.Min(end - first, WorkerScratch.Panels), worker);
        }

        /// <summary>Up to 32 rows of a map for all tokens.</summary>
        private void Panels(Linear linear, Activation output, int first, int count, int worker)
        {
            Matrix weight = linear.Weight;
            int tokens = output.Rows, lanes = count * Panel.Rows;
            int row = first * Panel.Rows - weight.FirstLane;
            // Rows of an activation have room for the last panel's lanes. Lanes before a slice's first row belong to others.
            bool inPlace = weight.FirstLane == 0;
            float* c = inPlace ? output.Pointer + row : context.Outputs(worker, tokens);
            nint stride = inPlace ? output.Stride : lanes;

            if (context.Arithmetic == Arithmetic.Fast && weight.Layout.Integer is { } product)
            {
                QuantizedActivation quantized = product.CodeBytes == 1 ? context.Bytes : context.Words;
                product.Multiply(weight, first, count, quantized, c, stride, context.InstructionSet, context.Scratch(worker));
            }
            else
            {
                FloatProduct.Multiply(weight, first, count, context.Call.Input, c, stride, context.InstructionSet, context.Scratch(worker));
            }

            int skipped = Math.Max(0, -row);
            int rows = Math.Min(lanes, output.Columns - row) - skipped;
            if (inPlace && linear.Bias is null && linear.Scale == 1f) return;
            for (int t = 0; t < tokens; t++)
            {
                var values = new Span<float>(c + t * stride + skipped, rows);
                Span<float> target = output.Row(t).Slice(row + skipped, rows);
                if (!inPlace) values.CopyTo(target);
                linear.Finish(target, row + skipped);
            }
        }
    }
}
