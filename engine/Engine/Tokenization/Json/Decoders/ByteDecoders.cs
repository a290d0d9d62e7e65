using System.Text;

namespace Engine.Tokenization.Json.Decoders;

/// <summary>GPT-2's byte alphabet: each character is a byte. A token with another character is text as it is.</summary>
internal sealed class ByteLevelDecoder : Decoder
{
    public override List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (string token in tokens) bytes.AddRange(DecodeInside(Encoding.UTF8.GetBytes(token)));
        return [Encoding.UTF8.GetString([.. bytes])];
    }

    public override byte[] DecodeInside(byte[] token)
    {
        var bytes = new byte[token.Length];
        return ByteAlphabet.TryDecode(token, bytes, out int length) ? bytes[..length] : token;
    }
}

/// <summary>Tokens as &lt;0x41&gt; are bytes; bytes in a row that are no text become U+FFFD each.</summary>
internal sealed class ByteFallbackDecoder : Decoder
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override List<string> Decode(List<string> tokens)
    {
        var texts = new List<string>(tokens.Count);
        var bytes = new List<byte>();
        foreach (string token in tokens)
        {
            if (PieceTable.TryReadByte(Encoding.UTF8.GetBytes(token), out byte value))
            {
                bytes.Add(value);
                continue;
            }
            AddBytes(bytes, texts);
            texts.Add(token);
        }
        AddBytes(bytes, texts);
        return texts;
    }

    public override byte[] DecodeInside(byte[] token) => PieceTable.TryReadByte(token, out byte value) ? [value] : token;

    private static void AddBytes(List<byte> bytes, List<string> texts)
    {
        if (bytes.Count == 0) return;
        try
        {
            texts.Add(Strict.GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            texts.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
        }
        bytes.Clear();
    }
}
