namespace Engine.Kernels;

/// <summary>What is done to each row (token) by itself.</summary>
internal interface IRowOperation
{
    /// <summary>Handles one row.</summary>
    void Apply(int row);
}

/// <summary>Runs a row operation, on the pool's threads where there is enough to do.</summary>
internal static class RowLoop
{
    // Below so many elements the barrier costs more than it gains.
    private const int ElementsPerItem = 8192;

    /// <summary>Applies the operation to rows 0 to <paramref name="rows"/> - 1.</summary>
    internal static void Run<TOperation>(TOperation operation, int rows, int columns, WorkerPool pool)
        where TOperation : struct, IRowOperation
    {
        int rowsPerItem = Math.Max(1, ElementsPerItem / Math.Max(1, columns));
        if (pool.Threads == 1 || rows <= rowsPerItem)
        {
            for (int row = 0; row < rows; row++) operation.Apply(row);
            return;
        }
        var job = new Job<TOperation>(operation, rows, rowsPerItem);
        pool.Run(ref job, (rows + rowsPerItem - 1) / rowsPerItem);
    }

    private readonly struct Job<TOperation>(TOperation operation, int rows, int rowsPerItem) : IWorkerJob
        where TOperation : struct, IRowOperation
    {
        public void Execute(int index, int worker)
        {
            int end = Math.Min(rows, (index + 1) * rowsPerItem);
            for (int row = index * rowsPerItem; row < end; row++) operation.Apply(row);
        }
    }
}
