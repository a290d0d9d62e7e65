using System.Buffers;
using System.Text;

namespace Engine.Tokenization.Json.PreTokenizers;

/// <summary>One step of cutting text into the words that the model sees. Safe for use from many threads.</summary>
internal abstract class PieceStage
{
    /// <summary>Cuts or rewrites the pieces.</summary>
    public abstract void Apply(PieceList pieces);
}

/// <summary>What becomes of the places that a pattern matches.</summary>
internal enum SplitBehavior
{
    /// <summary>They are dropped.</summary>
    Removed,

    /// <summary>Each is a piece of its own.</summary>
    Isolated,

    /// <summary>Each ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>Each begins the piece behind it.</summary>
    MergedWithNext,

    /// <summary>Those in a row are one piece.</summary>
    Contiguous,
}

/// <summary>Cuts pieces where a pattern matches.</summary>
/// <param name="matcher">The pattern.</param>
/// <param name="behavior">What becomes of a match.</param>
/// <param name="invert">Whether what lies between the matches counts as the matches.</param>
internal sealed class SplitPieces(TextMatcher matcher, SplitBehavior behavior, bool invert = false) : PieceStage
{
    public override void Apply(PieceList pieces)
    {
        foreach (PieceList.Piece piece in pieces.Pieces)
        {
            pieces.Matches.Clear();
            matcher.FindMatches(pieces.GetBytes(piece), pieces.Matches);
            Split(pieces, piece);
        }
        pieces.Cut();
    }

    private void Split(PieceList pieces, PieceList.Piece piece)
    {
        var part = new Part(pieces, piece, behavior);
        int done = 0;
        foreach ((int start, int end) in pieces.Matches)
        {
            if (start > done) part.Add(start, invert);
            part.Add(end, !invert);
            done = end;
        }
        if (done < piece.Length) part.Add(piece.Length, invert);
        part.Finish();
    }

    /// <summary>The parts of a piece as they come, matches and what is none, and the piece that is being put together of them.</summary>
    private struct Part(PieceList pieces, PieceList.Piece piece, SplitBehavior behavior)
    {
        private int _start;
        private int _end;
        private bool _wasMatch;
        private bool _open;

        /// <summary>Takes the part that goes on from the one before to an offset.</summary>
        public void Add(int end, bool isMatch)
        {
            bool joins = _open && behavior switch
            {
                SplitBehavior.Contiguous => isMatch == _wasMatch,
                SplitBehavior.MergedWithPrevious => isMatch && !_wasMatch,
                SplitBehavior.MergedWithNext => _wasMatch && !isMatch,
                _ => false,
            };
            if (!joins) Finish();
            _end = end;
            _wasMatch = isMatch;
            _open = true;
        }

        /// <summary>Ends the piece.</summary>
        public void Finish()
        {
            if (_open && !(behavior == SplitBehavior.Removed && _wasMatch)) pieces.Keep(piece, _start, _end);
            _start = _end;
            _open = false;
        }
    }
}

/// <summary>Rewrites pieces.</summary>
internal sealed class RewritePieces(PieceWriter write) : PieceStage
{
    /// <summary>Writes each byte as a character of GPT-2's alphabet.</summary>
    public static RewritePieces ByteLevel { get; } =
        new(static (piece, _, destination) => Normalizers.CharacterNormalizer.ByteLevel.Normalize(piece, destination));

    /// <summary>Puts a space before what begins with none.</summary>
    public static RewritePieces SpacePrefix { get; } = new(static (piece, _, destination) =>
    {
        if (!piece.StartsWith(" "u8)) destination.Write(" "u8);
        destination.Write(piece);
    });

    /// <summary>Writes a mark for each space, and before each piece (or only before the text) that does not begin with one.</summary>
    public static RewritePieces Metaspace(string mark, bool prepend, bool onlyAtStart)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(mark);
        return new RewritePieces((piece, atStart, destination) =>
        {
            bool marked = piece.StartsWith(utf8) || piece.StartsWith(" "u8);
            if (prepend && !marked && (atStart || !onlyAtStart)) destination.Write(utf8);
            while (piece.IndexOf((byte)' ') is >= 0 and int space)
            {
                destination.Write(piece[..space]);
                destination.Write(utf8);
                piece = piece[(space + 1)..];
            }
            destination.Write(piece);
        });
    }

    public override void Apply(PieceList pieces) => pieces.Rewrite(write);
}

/// <summary>Cuts pieces into parts of so many characters.</summary>
internal sealed class FixedLengthPieces(int length) : PieceStage
{
    public override void Apply(PieceList pieces)
    {
        foreach (PieceList.Piece piece in pieces.Pieces)
        {
            ReadOnlySpan<byte> text = pieces.GetBytes(piece);
            int start = 0;
            int count = 0;
            for (int end = 0; end < text.Length;)
            {
                end += Utf8Text.CharacterLength(text[end..]);
                if (++count < length && end < text.Length) continue;
                pieces.Keep(piece, start, end);
                (start, count) = (end, 0);
            }
        }
        pieces.Cut();
    }
}
