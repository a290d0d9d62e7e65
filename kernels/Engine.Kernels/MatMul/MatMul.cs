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
        if (group.Length != outputs.Length)
            throw new ArgumentException($"{outputs.Length} outputs for {group.Length} maps.", nameof(outputs));
        for (int i = 0; i < group.Length; i++) Check(group[i], input, input.Rows, outputs[i]);
        if (input.Rows == 0 || group.Length == 0) return;
        context.Call.Begin(input, function: null);
        for (int i = 0; i < group.Length; i++) context.Call.Add(group.Slice(i, 1), 0, input.Rows, outputs[i], 0);
        Run(context);
    }

    /// <summary>
    /// The first half of a feed-forward network in one job: output = f(gate(input)) · up(input), or f(up(input)) without a gate, to the
    /// bit what <see cref="Multiply"/> and the function on its results give.
    /// </summary>
    /// <param name="maps">The gate and what it gates, or one map alone.</param>
    /// <param name="function">f.</param>
    /// <param name="input">One row per token, as many columns as each map has inputs.</param>
    /// <param name="output">As many columns as each map has outputs, as many rows as the input; as in <see cref="Multiply"/>.</param>
    /// <param name="context">Threads, arithmetic, buffers.</param>
    /// <exception cref="ArgumentException">Shapes that do not belong together, or a function that needs a gate without one.</exception>
    /// <exception cref="ObjectDisposedException">A matrix is disposed.</exception>
    public static void MultiplyGated(
        ReadOnlySpan<Linear> maps, ActivationFunction function, Activation input, Activation output, MatMulContext context)
    {
        if (maps.Length is not (1 or 2)) throw new ArgumentException($"{maps.Length} maps, expected one or two.", nameof(maps));
        ActivationKernels.Check(function, hasGate: maps.Length == 2);
        foreach (Linear map in maps) Check(map, input, input.Rows, output);
        if (input.Rows == 0) return;
        context.Call.Begin(input, function);
        context.Call.Add(maps, 0, input.Rows, output, 0);
        Run(context);
    }

    /// <summary>Computes the call that was put together in the context.</summary>
    internal static void Run(MatMulContext context)
    {
        MatMulCall call = context.Call;
        try
        {
            call.Cut(context.Pool.Threads);
            context.Reserve(call);
            if (context.Arithmetic == Arithmetic.Fast)
            {
                if (call.NeedsBytes) context.Bytes.Set(call.Input, call.Ranges, context.Pool);
                if (call.NeedsWords) context.Words.Set(call.Input, call.Ranges, context.Pool);
            }
            var job = new Job(context);
            context.Pool.Run(ref job, call.Chunks);
            foreach (ref readonly MatMulPart part in call.Parts)
            {
                if (!part.IsSplit || call.Function is not { } function) continue;
                FloatRows gate = FloatRows.Of(part.Output, part.OutputRow, part.Rows.Count);
                ActivationKernels.Apply(function, hasGate: true, gate, context.Seconds(in part), gate, part.Output.Columns);
            }
        }
        finally
        {
            call.Clear();
        }
    }

    /// <exception cref="ArgumentException">Shapes that do not belong together.</exception>
    /// <exception cref="ObjectDisposedException">The matrix is disposed.</exception>
    internal static void Check(Linear map, Activation input, int tokens, Activation output)
    {
        map.Weight.ThrowIfDisposed();
        if (map.Inputs != input.Columns)
            throw new ArgumentException($"An input of {input.Columns} columns for {map.Inputs} inputs.", nameof(input));
        if (output.Columns != map.Outputs || output.Rows != tokens)
        {
            throw new ArgumentException(
                $"An output of {output.Rows} x {output.Columns} for {tokens} tokens x {map.Outputs} outputs.", nameof(output));
        }
    }

    private readonly struct Job(MatMulContext context) : IWorkerJob
    {
        public void Execute(int index, int worker)
        {
            ref readonly MatMulPart part = ref context.Call.Chunk(index, out bool isSecond, out int first, out int end);
            int most = part.OutputsAtOnce;
            for (int count; first < end; first += count)
            {
                count = Math.Min(end - first, most);
                if (isSecond) Single(part.Second!, part.Rows, first, count, context.Seconds(in part), worker);
                else Outputs(in part, first, count, worker);
            }
        }

        /// <summary>Some outputs of a part for all of its tokens.</summary>
        private void Outputs(in MatMulPart part, int first, int count, int worker)
        {
            FloatRows target = FloatRows.Of(part.Output, part.OutputRow, part.Rows.Count);
            FloatRows values = Single(part.First, part.Rows, first, count, target, worker);
            if (part.IsSplit || context.Call.Function is not { } function) return;
            FloatRows gated = part.Second is null
                ? values
                : Multiply(part.Second, part.Rows, first, count, Beside(worker, part.Rows.Count, map: 1), worker);
            ActivationKernels.Apply(function, hasGate: part.Second is not null, values, gated, values, count);
        }

        /// <summary>Some outputs of a map, where they belong in <paramref name="target"/>; what is returned starts with the first.</summary>
        private FloatRows Single(Linear map, RowRange rows, int first, int count, FloatRows target, int worker)
        {
            target = target.From(first);
            // Rows of an activation have room for the last panel's lanes. Lanes before a slice's first row belong to others.
            if (map.Weight.FirstLane == 0) return Multiply(map, rows, first, count, target, worker);
            FloatRows values = Multiply(map, rows, first, count, Beside(worker, rows.Count, map: 0), worker);
            for (int t = 0; t < rows.Count; t++) values.Row(t, count).CopyTo(target.Row(t, count));
            return target;
        }

        /// <summary>Some outputs of a map, written from <paramref name="room"/> on; what is returned starts with the first of them.</summary>
        private FloatRows Multiply(Linear map, RowRange rows, int first, int count, FloatRows room, int worker)
        {
            Matrix weight = map.Weight;
            (int panel, int skipped) = int.DivRem(weight.FirstLane + first, Panel.Rows);
            int panels = (skipped + count + Panel.Rows - 1) / Panel.Rows;
            WorkerScratch scratch = context.Scratch(worker);
            if (context.Arithmetic == Arithmetic.Fast && weight.Layout.Integer is { } product)
            {
                QuantizedRows input = (product.CodeBytes == 1 ? context.Bytes : context.Words).Rows(rows);
                product.Multiply(weight, panel, panels, input, room.Pointer, room.Stride, context.InstructionSet, scratch);
            }
            else
            {
                FloatRows input = FloatRows.Of(context.Call.Input, rows.First, rows.Count);
                FloatProduct.Multiply(weight, panel, panels, input, room.Pointer, room.Stride, context.InstructionSet, scratch);
            }
            room = room.From(skipped);
            if (map.Bias is not null || map.Scale != 1f)
            {
                for (int t = 0; t < rows.Count; t++) map.Finish(room.Row(t, count), first);
            }
            return room;
        }

        private FloatRows Beside(int worker, int tokens, int map) =>
            new(context.Outputs(worker, map), MatMulPart.LanesBeside, tokens);
    }
}
