namespace Engine.Kernels;

/// <summary>Work in independent pieces for <see cref="WorkerPool.Run"/>.</summary>
public interface IWorkerJob
{
    /// <summary>Does piece <paramref name="index"/>; called once for each, in any order, on several threads at once.</summary>
    /// <param name="index">0 to count - 1.</param>
    /// <param name="worker">Who runs it, 0 (the caller of Run) to Threads - 1: names a scratch buffer that no other thread uses.</param>
    void Execute(int index, int worker);
}
