using System.Buffers;
using Engine.Tokenization.PreTokenizers;
using Engine.Tokenization.Unicode;

namespace Engine.Tokenization.Json.Normalizers;

/// <summary>
/// BERT's cleaning (Devlin et al., 2019, tokenization.py of the release), in its steps: control characters go and white space is plain,
/// ideographs stand alone, letters lose their accents, capitals become small.
/// </summary>
internal sealed class BertNormalizer(bool clean, bool separateIdeographs, bool stripAccents, bool lowercase) : Normalizer
{
    private static readonly Unicode.NormalForm Decomposed = new(compatible: false, composed: false);

    public override void Normalize(ReadOnlySpan<byte> text, IBufferWriter<byte> destination)
    {
        var cleaned = new ArrayBufferWriter<byte>(text.Length + 16);
        Clean(text, cleaned);
        text = cleaned.WrittenSpan;
        if (stripAccents)
        {
            var decomposed = new ArrayBufferWriter<byte>(text.Length + 16);
            Decomposed.Normalize(text, decomposed);
            text = decomposed.WrittenSpan;
        }
        while (text.Length > 0)
        {
            text = text[Utf8Text.Decode(text, out int codePoint)..];
            if (stripAccents && codePoint >= 0x300 && UnicodeTables.Shared.Nonspacing.Contains(codePoint)) continue;
            if (lowercase) CharacterNormalizer.WriteLower(codePoint, destination);
            else Utf8Text.Append(codePoint, destination);
        }
    }

    private void Clean(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> destination)
    {
        while (text.Length > 0)
        {
            text = text[Utf8Text.Decode(text, out int codePoint)..];
            if (clean && UnicodeSets.IsWhiteSpace(codePoint) && !IsOddControl(codePoint)) codePoint = ' ';
            else if (clean && IsDropped(codePoint)) continue;

            bool alone = separateIdeographs && UnicodeSets.IsBertIdeograph(codePoint);
            if (alone) Utf8Text.Append(' ', destination);
            Utf8Text.Append(codePoint, destination);
            if (alone) Utf8Text.Append(' ', destination);
        }
    }

    /// <summary>White space that counts as control characters here: vertical tab, form feed, next line.</summary>
    private static bool IsOddControl(int codePoint) => codePoint is 0xB or 0xC or 0x85;

    private static bool IsDropped(int codePoint) =>
        codePoint is 0 or 0xFFFD || (codePoint is < 0x20 or >= 0x7F && UnicodeTables.Shared.Controls.Contains(codePoint));
}
