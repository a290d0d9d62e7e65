using System.Buffers;
using System.Globalization;
using System.Text;

namespace Engine.Tokenization.Json.Normalizers;

/// <summary>
/// SentencePiece's character map as the library applies it: to each user-perceived character of less than six bytes as a whole, by the
/// shortest mapped sequence that it begins with, or else to its code points.
/// </summary>
internal sealed class PrecompiledNormalizer(CharacterMap map) : Normalizer
{
    private const int LongestWhole = 5;

    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        string characters = Encoding.UTF8.GetString(text);
        for (int start = 0; start < characters.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(characters.AsSpan(start));
            int bytes = Encoding.UTF8.GetByteCount(characters.AsSpan(start, length));
            Map(text[..bytes], destination);
            text = text[bytes..];
            start += length;
        }
    }

    private void Map(ReadOnlySpan<byte> grapheme, IBufferWriter<byte> destination)
    {
        if (grapheme.Length <= LongestWhole && map.TryMatchShortest(grapheme, out ReadOnlySpan<byte> whole))
        {
            destination.Write(whole);
            return;
        }
        while (grapheme.Length > 0)
        {
            int length = Utf8Text.CharacterLength(grapheme);
            bool mapped = map.TryMatchShortest(grapheme[..length], out ReadOnlySpan<byte> character);
            destination.Write(mapped ? character : grapheme[..length]);
            grapheme = grapheme[length..];
        }
    }
}
