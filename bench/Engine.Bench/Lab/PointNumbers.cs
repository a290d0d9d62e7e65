using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Engine.Formats;
using Engine.Formats.Blocks;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>How points are looked up.</summary>
internal unsafe interface ILookup
{
    /// <summary>Codes of a quad before signs: the values of 8 points, four of each.</summary>
    static abstract Vector256<byte> Of(byte* points, int quad);
}

/// <summary>With a gather of words that hold the ranks of a point's 8 values.</summary>
internal readonly unsafe struct Gather : ILookup
{
    private static readonly uint[] Words = GridWords.OfEight(IqGrids.IQ2_XXS);
    private static readonly nint Table = Unmanaged.Copy(MemoryMarshal.AsBytes<uint>(Words));

    private static ReadOnlySpan<byte> Values => [8, 25, 43, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(byte* points, int quad)
    {
        Vector256<uint> words = Avx2.GatherVector256((uint*)Table, Lanes.Load(points), 4);
        return Levels.Of(Values, (quad % 2 == 1 ? words >> 2 : words).AsByte() & Vector256.Create((byte)3));
    }
}

/// <summary>With a load of 8 values for each row.</summary>
internal readonly unsafe struct Loads : ILookup
{
    private static readonly nint Table = Unmanaged.Copy(MemoryMarshal.AsBytes(IqGrids.IQ2_XXS));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Of(byte* points, int quad)
    {
        var a = Vector256.Create(Two(points[0], points[1]), Two(points[4], points[5]));
        var b = Vector256.Create(Two(points[2], points[3]), Two(points[6], points[7]));
        return (quad % 2 == 0 ? Avx.Shuffle(a, b, 0x88) : Avx.Shuffle(a, b, 0xDD)).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Two(int a, int b) =>
        Sse.LoadHigh(Vector128.CreateScalarUnsafe(((double*)Table)[a]).AsSingle(), (float*)((double*)Table + b));
}

/// <summary>Constant data for pointers.</summary>
internal static unsafe class Unmanaged
{
    public static nint Copy(ReadOnlySpan<byte> bytes)
    {
        var copy = (nint)NativeMemory.AlignedAlloc((nuint)bytes.Length, 64);
        bytes.CopyTo(new Span<byte>((void*)copy, bytes.Length));
        return copy;
    }
}

/// <summary>
/// What <see cref="IQ2Format{TBlock}"/> might be for <see cref="IQ2_XXS"/>: panels that keep the numbers of points, which takes 2.3 bits
/// for a weight instead of 3.3. For the lab alone: it interleaves nothing.
/// </summary>
internal readonly unsafe struct PointNumbers<TLookup> : IIntegerFormat
    where TLookup : struct, ILookup
{
    private const int StepBytes = 64;

    public static QuantType Type => QuantType.IQ2_XXS;
    public static int BlockColumns => 256;
    public static int BlockBytes => HalfScales.Bytes + 8 * StepBytes;
    public static int GroupColumns => 32;
    public static int Headroom => 1;
    public static bool Signed => false;
    public static int ZeroPoint => 43;
    public static bool HasOffset => false;

    public static void Interleave(byte* rows, nint rowBytes, byte* block) => throw new NotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Codes(byte* block, int step, int quad)
    {
        byte* points = block + HalfScales.Bytes + step * StepBytes;
        var bit = Vector256.Create((byte)(1 << quad));
        Vector256<byte> negative = Vector256.Equals(Vector256.Load(points + 32) & bit, bit);
        return (TLookup.Of(points + quad / 2 * 8, quad) ^ negative) + (Vector256.Create((byte)ZeroPoint) - negative);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scales(byte* block, int step, int half) =>
        HalfScales.Scales(block, step, half) * Vector256.Create(0.25f);

    public static Vector256<float> Offsets(byte* block, int step, int half) => default;
}
