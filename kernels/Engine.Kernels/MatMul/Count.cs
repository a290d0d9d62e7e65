using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// A number that is known when a kernel is compiled: one kernel body, written for the largest count, serves all smaller ones. The number is
/// the struct's size, because sizeof is a constant as soon as the compiler reads the method: branches not taken are never read, whereas a
/// property would have to be inlined first, and a kernel has so many uses of it that the inliner gives up.
/// </summary>
internal interface ICount;

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal readonly struct One : ICount;

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal readonly struct Two : ICount;

[StructLayout(LayoutKind.Sequential, Size = 3)]
internal readonly struct Three : ICount;

[StructLayout(LayoutKind.Sequential, Size = 4)]
internal readonly struct Four : ICount;

[StructLayout(LayoutKind.Sequential, Size = 5)]
internal readonly struct Five : ICount;

[StructLayout(LayoutKind.Sequential, Size = 6)]
internal readonly struct Six : ICount;

[StructLayout(LayoutKind.Sequential, Size = 8)]
internal readonly struct Eight : ICount;

[StructLayout(LayoutKind.Sequential, Size = 16)]
internal readonly struct Sixteen : ICount;

[StructLayout(LayoutKind.Sequential, Size = 32)]
internal readonly struct ThirtyTwo : ICount;
