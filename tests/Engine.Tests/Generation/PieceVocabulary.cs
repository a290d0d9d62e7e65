using System.Text;
using Engine.Generation;
using Engine.Sampling;

namespace Engine.Tests.Generation;

/// <summary>A vocabulary of byte strings; an empty one is an end of generation.</summary>
internal sealed class PieceVocabulary : IGenerationVocabulary
{
    private readonly byte[][] _pieces;

    internal PieceVocabulary(params string[] pieces) => _pieces = pieces.Select(Encoding.UTF8.GetBytes).ToArray();

    internal PieceVocabulary(params byte[][] pieces) => _pieces = pieces;

    public int VocabularySize => _pieces.Length;

    public bool IsEndOfGeneration(int id) => _pieces[id].Length == 0;

    public IReadOnlyList<int> Encode(string text) =>
        text.Select(c => Array.FindIndex(_pieces, piece => piece.AsSpan().SequenceEqual([(byte)c]))).ToArray();

    public DryBreakers FindBreakers(IReadOnlyList<string> breakers) => DryBreakers.None;

    public ITokenText CreateText() => new PieceText(_pieces);

    private sealed class PieceText(byte[][] pieces) : ITokenText
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
        private readonly char[] _characters = new char[256];

        public ReadOnlySpan<char> Append(int id) =>
            _characters.AsSpan(0, _decoder.GetChars(pieces[id], _characters, flush: false));
    }
}
