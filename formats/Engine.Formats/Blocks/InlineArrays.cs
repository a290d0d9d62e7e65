using System.Runtime.CompilerServices;

namespace Engine.Formats.Blocks;

/// <summary>4 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(4)]
public struct Array4<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>8 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(8)]
public struct Array8<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>12 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(12)]
public struct Array12<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>16 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(16)]
public struct Array16<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>32 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(32)]
public struct Array32<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>48 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(48)]
public struct Array48<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>64 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(64)]
public struct Array64<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>128 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(128)]
public struct Array128<T>
    where T : unmanaged
{
    private T _first;
}

/// <summary>256 consecutive elements.</summary>
/// <typeparam name="T">The element.</typeparam>
[InlineArray(256)]
public struct Array256<T>
    where T : unmanaged
{
    private T _first;
}
