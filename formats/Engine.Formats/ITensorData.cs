namespace Engine.Formats;

/// <summary>The bytes of one tensor, wherever they lie: in a file, mapped or not, or in memory. Safe to read from many threads.</summary>
public interface ITensorData
{
    /// <summary>Path or name of the file that holds the bytes.</summary>
    string File { get; }

    /// <summary>The tensor's name.</summary>
    string Name { get; }

    /// <summary>Bytes of the named tensor before these, where these are some rows of it.</summary>
    long Start => 0;

    /// <summary>Size of the tensor's data in bytes.</summary>
    long ByteLength { get; }

    /// <summary>
    /// Address of the first byte where the tensor is mapped into memory, else 0. Valid until the file is disposed. Whoever reads there
    /// trusts that nobody truncates the file meanwhile; <see cref="Read"/> needs no such trust.
    /// </summary>
    nint Address { get; }

    /// <summary>Copies bytes from <paramref name="offset"/> (within the tensor) on, until <paramref name="destination"/> is full.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie within the tensor.</exception>
    /// <exception cref="ModelFormatException">The file has become shorter since it was opened.</exception>
    void Read(long offset, Span<byte> destination);
}
