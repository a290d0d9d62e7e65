using Engine.Formats;

namespace Engine.Models.HuggingFace.Rows;

/// <summary>
/// The rows of a checkpoint's matrix, or of a stack of equal ones, in the order in which they are stored, whatever they are made of. Safe to
/// read from many threads.
/// </summary>
internal abstract class StoredRows
{
    /// <summary>Path of the file, for messages.</summary>
    public abstract string File { get; }

    /// <summary>The type of the numbers that are read.</summary>
    public abstract QuantTypeInfo Type { get; }

    /// <summary>Matrices of the stack, 1 where there is none.</summary>
    public int Matrices { get; protected init; } = 1;

    /// <summary>Rows of each matrix.</summary>
    public int Rows { get; protected init; }

    /// <summary>Values of a row.</summary>
    public int Columns { get; protected init; }

    /// <summary>Whether this is a vector (or a stack of vectors), whose rows are its elements.</summary>
    public bool IsVector { get; protected init; }

    /// <summary>Bytes of a row as it is read.</summary>
    public long RowBytes => Type.RowBytes(Columns);

    /// <summary>Address of the first row where all of them are mapped into memory as they are read, else 0.</summary>
    public virtual nint Address => 0;

    /// <summary>Reads consecutive rows.</summary>
    /// <param name="first">Number of the first, counted through all matrices.</param>
    /// <param name="destination">Whole rows: a multiple of <see cref="RowBytes"/>.</param>
    public abstract void Read(long first, Span<byte> destination);
}
