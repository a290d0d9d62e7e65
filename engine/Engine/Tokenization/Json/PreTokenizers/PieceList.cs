using System.Buffers;

namespace Engine.Tokenization.Json.PreTokenizers;

/// <summary>The pieces of a text while it is being cut: stretches of a buffer. Scratch memory for one thread.</summary>
internal sealed class PieceList
{
    private ArrayBufferWriter<byte> _bytes = new();
    private ArrayBufferWriter<byte> _nextBytes = new();
    private List<Piece> _pieces = [];
    private List<Piece> _nextPieces = [];

    /// <summary>A piece.</summary>
    /// <param name="Start">Offset in the buffer.</param>
    /// <param name="Length">Number of bytes.</param>
    /// <param name="AtStart">Whether the whole text begins with it.</param>
    public readonly record struct Piece(int Start, int Length, bool AtStart);

    /// <summary>The pieces, in order; none is empty.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Where matches are gathered.</summary>
    public List<(int Start, int End)> Matches { get; } = [];

    /// <summary>Forgets all pieces and takes a text as the only one.</summary>
    public void Reset(ReadOnlySpan<byte> text, bool atStart)
    {
        _bytes.ResetWrittenCount();
        _bytes.Write(text);
        _pieces.Clear();
        if (text.Length > 0) _pieces.Add(new Piece(0, text.Length, atStart));
    }

    /// <summary>The bytes of a piece.</summary>
    public ReadOnlySpan<byte> GetBytes(Piece piece) => _bytes.WrittenSpan.Slice(piece.Start, piece.Length);

    /// <summary>Keeps a part of a piece for the next list; an empty one is left out.</summary>
    public void Keep(Piece piece, int start, int end)
    {
        if (end > start) _nextPieces.Add(new Piece(piece.Start + start, end - start, piece.AtStart && start == 0));
    }

    /// <summary>Goes on with the parts that were kept.</summary>
    public void Cut()
    {
        (_pieces, _nextPieces) = (_nextPieces, _pieces);
        _nextPieces.Clear();
    }

    /// <summary>Rewrites each piece.</summary>
    public void Rewrite(PieceWriter write)
    {
        _nextBytes.ResetWrittenCount();
        foreach (Piece piece in _pieces)
        {
            int start = _nextBytes.WrittenCount;
            write(GetBytes(piece), piece.AtStart, _nextBytes);
            if (_nextBytes.WrittenCount > start) _nextPieces.Add(new Piece(start, _nextBytes.WrittenCount - start, piece.AtStart));
        }
        (_bytes, _nextBytes) = (_nextBytes, _bytes);
        Cut();
    }
}

/// <summary>Writes what becomes of a piece.</summary>
internal delegate void PieceWriter(ReadOnlySpan<byte> piece, bool atStart, IBufferWriter<byte> destination);
