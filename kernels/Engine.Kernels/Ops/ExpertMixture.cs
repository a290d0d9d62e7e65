namespace Engine.Kernels;

/// <summary>
/// The weighted sum of each token's experts. The experts' rows stand one expert behind the other in the buffers, and experts with few
/// rows are two jobs of the pool together: their gates and up projections, and their down projections.
/// </summary>
internal readonly struct ExpertMixture(
    ExpertGroup experts, Routing routing, Activation input, ExpertBuffers buffers, Activation output, MatMulContext products)
{
    // More rows at once would leave the caches between the two halves of the network.
    private const int RowsTogether = 64;

    /// <summary>Computes the output.</summary>
    public void Compute()
    {
        for (int row = 0; row < output.Rows; row++) output.Row(row).Clear();
        for (int expert = 0, end; expert < experts.Downs.Length; expert = end)
        {
            int start = routing.Start(expert);
            end = expert + 1;
            while (end < experts.Downs.Length && routing.Start(end + 1) - start <= Math.Min(RowsTogether, buffers.Input.Capacity)) end++;
            if (routing.Start(end) > start) Compute(expert, end, start, routing.Start(end) - start);
        }
    }

    /// <summary>Some experts.</summary>
    private void Compute(int firstExpert, int endExpert, int start, int rows)
    {
        // A single token is the input of every expert as it stands.
        bool shared = input.Rows == 1;
        Activation source = shared ? input : buffers.Input;
        if (!shared)
        {
            buffers.Input.Rows = rows;
            RowLoop.Run(new Gather(routing, start, input, buffers.Input), rows, input.Columns, products.Pool);
        }
        buffers.Inner.Rows = buffers.Output.Rows = rows;

        MatMulCall call = products.Call;
        call.Begin(source, experts.Function);
        for (int expert = firstExpert; expert < endExpert; expert++)
        {
            (int row, int count) = Rows(expert, start);
            if (count == 0) continue;
            Linear[] maps = experts.Inputs[expert];
            ActivationKernels.Check(experts.Function, hasGate: maps.Length == 2);
            foreach (Linear map in maps)
            {
                MatMul.Check(map, source, rows, buffers.Inner);
                Show(map, source, shared ? 0 : row, count);
            }
            call.Add(maps, shared ? 0 : row, count, buffers.Inner, row);
        }
        MatMul.Run(products);

        call.Begin(buffers.Inner, function: null);
        for (int expert = firstExpert; expert < endExpert; expert++)
        {
            (int row, int count) = Rows(expert, start);
            if (count == 0) continue;
            MatMul.Check(experts.Downs[expert], buffers.Inner, rows, buffers.Output);
            Show(experts.Downs[expert], buffers.Inner, row, count);
            call.Add(experts.Downs.AsSpan(expert, 1), row, count, buffers.Output, row);
        }
        MatMul.Run(products);

        var sum = new Sum(routing, start, buffers.Output, output);
        RowLoop.Run(sum, sum.Stripes, rows * Sum.Columns, products.Pool);
    }

    private (int First, int Count) Rows(int expert, int start) =>
        (routing.Start(expert) - start, routing.Start(expert + 1) - routing.Start(expert));

    /// <summary>Shows an observer, if there is one, its expert's rows.</summary>
    private static void Show(Linear map, Activation rows, int first, int count)
    {
        if (map.Observer is not { } observer) return;
        using var seen = new Activation(count, rows.Columns);
        for (int row = 0; row < count; row++) rows.Row(first + row).CopyTo(seen.Row(row));
        observer.Observe(seen);
    }

    private readonly struct Gather(Routing routing, int start, Activation from, Activation to) : IRowOperation
    {
        public void Apply(int row) => from.Row(routing.Tokens[start + row]).CopyTo(to.Row(row));
    }

    /// <summary>
    /// Adds the experts' rows to their tokens, ascending, some columns by themselves: tokens share experts, columns share nothing.
    /// </summary>
    private readonly struct Sum(Routing routing, int start, Activation rows, Activation output) : IRowOperation
    {
        public const int Columns = 256;

        public int Stripes => (output.Columns + Columns - 1) / Columns;

        public void Apply(int stripe)
        {
            int first = stripe * Columns, count = Math.Min(Columns, output.Columns - first);
            for (int row = 0; row < rows.Rows; row++)
            {
                Span<float> sum = output.Row(routing.Tokens[start + row]).Slice(first, count);
                Elementwise.Map(new AddScaled(routing.TokenWeights[start + row]), sum, rows.Row(row).Slice(first, count), sum);
            }
        }
    }
}
