using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace Engine.Cli.Output;

/// <summary>What the machine's processor is called and what .NET lets us use of it.</summary>
internal static class Cpu
{
    private const int FirstBrandLeaf = unchecked((int)0x80000002);
    private const int BrandLeaves = 3;
    private const int HighestExtendedLeaf = unchecked((int)0x80000000);

    /// <summary>The brand name, such as "AMD EPYC 7763 64-Core Processor"; the architecture where it is not told.</summary>
    public static string Name
    {
        get
        {
            if (X86Base.IsSupported && (uint)X86Base.CpuId(HighestExtendedLeaf, 0).Eax >= unchecked((uint)FirstBrandLeaf + BrandLeaves - 1))
                return Brand();
            return RuntimeInformation.ProcessArchitecture.ToString();
        }
    }

    /// <summary>The vector instruction sets that .NET can use here, from the oldest.</summary>
    public static IReadOnlyList<string> InstructionSets
    {
        get
        {
            (string Name, bool Supported)[] all =
            [
                ("SSE4.2", Sse42.IsSupported), ("AVX", Avx.IsSupported), ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported),
                ("AVX-VNNI", AvxVnni.IsSupported), ("AVX-512F", Avx512F.IsSupported), ("AVX-512BW", Avx512BW.IsSupported),
                ("AVX-512DQ", Avx512DQ.IsSupported), ("AVX-512VL", Avx512F.VL.IsSupported), ("AVX-512VBMI", Avx512Vbmi.IsSupported),
                ("AVX10.1", Avx10v1.IsSupported), ("NEON", AdvSimd.IsSupported), ("DotProd", Dp.IsSupported),
            ];
            return [.. all.Where(set => set.Supported).Select(set => set.Name)];
        }
    }

    private static string Brand()
    {
        Span<int> words = stackalloc int[4 * BrandLeaves];
        for (int leaf = 0; leaf < BrandLeaves; leaf++)
            (words[4 * leaf], words[4 * leaf + 1], words[4 * leaf + 2], words[4 * leaf + 3]) = X86Base.CpuId(FirstBrandLeaf + leaf, 0);
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(words)).Trim('\0', ' ');
    }
}
