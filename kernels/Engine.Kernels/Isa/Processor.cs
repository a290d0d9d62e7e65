using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>What this machine can run, and what its user asked for.</summary>
public static class Processor
{
    /// <summary>The environment variable that forces a choice: <c>scalar</c>, <c>vector128</c>, <c>avx2</c>, <c>avx512</c> or <c>emulated512</c>.</summary>
    public const string Variable = "ENGINE_ISA";

    /// <summary>
    /// The instruction set that kernels use unless told otherwise: ENGINE_ISA where it is set, else the best supported one.
    /// </summary>
    /// <remarks>Read once. A value that is unknown, or that this machine lacks, is ignored: <see cref="Request"/> tells.</remarks>
    public static InstructionSet Default { get; } = Choose(Request);

    /// <summary>The text of ENGINE_ISA, or null.</summary>
    public static string? Request => Environment.GetEnvironmentVariable(Variable);

    /// <summary>Whether this machine (and this process's settings) can run <paramref name="set"/>.</summary>
    public static bool Supports(InstructionSet set) => set switch
    {
        InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        InstructionSet.Avx512 => Avx512BW.IsSupported,
        _ => true,
    };

    /// <summary>
    /// The instructions for native bits and few tokens, where memory is the limit: those of at most 32 bytes. A kernel that read two panels at once
    /// into vectors of 64 bytes took twice as long from memory as one that reads a panel after the other (docs/adr/0010-avx512.md).
    /// </summary>
    internal static InstructionSet Narrow(InstructionSet set) => set switch
    {
        InstructionSet.Scalar or InstructionSet.Vector128 => set,
        _ when Supports(InstructionSet.Avx2) => InstructionSet.Avx2,
        _ => Vector128.IsHardwareAccelerated ? InstructionSet.Vector128 : InstructionSet.Scalar,
    };

    private static InstructionSet Choose(string? request)
    {
        if (Enum.TryParse(request, ignoreCase: true, out InstructionSet set) && Enum.IsDefined(set) && Supports(set)) return set;
        if (Supports(InstructionSet.Avx512)) return InstructionSet.Avx512;
        return Narrow(InstructionSet.Avx512);
    }
}
