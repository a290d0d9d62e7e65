using System.Diagnostics;

namespace Engine.Cli.Output;

/// <summary>Memory of this process and this machine, in bytes.</summary>
internal static class Memory
{
    /// <summary>The most physical memory that the process has held at once.</summary>
    public static long Peak
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.PeakWorkingSet64;
        }
    }

    /// <summary>The physical memory that the process holds now.</summary>
    public static long Resident => Environment.WorkingSet;

    /// <summary>What the machine, or the container that we are in, has.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
