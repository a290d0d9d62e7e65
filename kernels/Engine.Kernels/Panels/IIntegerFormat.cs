using Engine.Formats;

namespace Engine.Kernels;

/// <summary>
/// A type whose weights are integer codes, native bits in memory: how the file's blocks become a panel block, and where its fields
/// then lie. All that kernels know of a type.
/// </summary>
internal unsafe interface IIntegerFormat : IIntegerCodes
{
    /// <summary>The type in the file, whose blocks have as many columns as the panel's.</summary>
    static abstract QuantType Type { get; }

    /// <summary>Lays a block of 8 rows side by side.</summary>
    /// <param name="rows">The block of the first row; the others follow at <paramref name="rowBytes"/>.</param>
    /// <param name="rowBytes">Bytes from one row to the next.</param>
    /// <param name="block">Receives the panel block.</param>
    static abstract void Interleave(byte* rows, nint rowBytes, byte* block);
}
