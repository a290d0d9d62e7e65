using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// The blocks of some tokens as <see cref="BlockKv{TBlock, TCodes}"/> stores them: the scales of all, their offsets if the type has them, their
/// fifth bits if it has them, their codes.
/// </summary>
/// <param name="Start">Where the group starts.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="HasOffsets">Whether each block has an offset.</param>
/// <param name="HasFifthBits">Whether each block has a fifth bit for every code.</param>
/// <param name="ZeroPoint">The code that stands for zero, where blocks have no offsets.</param>
internal readonly unsafe record struct KvGroup(nint Start, int Tokens, bool HasOffsets, bool HasFifthBits, float ZeroPoint)
{
    /// <summary>32 bits for each row of codes.</summary>
    public byte* FifthBits => (byte*)Start + Tokens * sizeof(ushort) * (HasOffsets ? 2 : 1);

    /// <summary>The rows of codes.</summary>
    public byte* Codes => FifthBits + (HasFifthBits ? Tokens * sizeof(uint) : 0);

    /// <summary>The scales of 8 tokens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Scales(int token) => Lanes.LoadAnyFp16((ushort*)Start + token);

    /// <summary>What is added to codes times scales.</summary>
    /// <param name="token">The first of 8 tokens.</param>
    /// <param name="d">Their scales.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Offsets(int token, Vector256<float> d) =>
        HasOffsets ? Lanes.LoadAnyFp16((ushort*)Start + Tokens + token) : d * -ZeroPoint;
}
