using System.Globalization;
using Engine.Formats.Gguf;

namespace Engine.Quantization.Synthetic;

/// <summary>
/// The smallest tokenizer that every reader of GGUF accepts: SentencePiece with begin, end, the 256 bytes, and made-up words for the rest.
/// </summary>
internal static class SyntheticVocabulary
{
    private const int Bytes = 256;
    private const int FirstByte = 3;
    private const int FirstWord = FirstByte + Bytes;

    // Kinds of tokens as llama.cpp numbers them.
    private const int Normal = 1, Unknown = 2, Control = 3, Byte = 6;

    /// <summary>Adds the tokenizer's metadata.</summary>
    public static void AddTo(GgufWriter writer, int size)
    {
        string[] tokens = new string[size];
        int[] kinds = new int[size];
        float[] scores = new float[size];
        for (int id = 0; id < size; id++)
        {
            (tokens[id], kinds[id]) = id switch
            {
                0 => ("<unk>", Unknown),
                1 => ("<s>", Control),
                2 => ("</s>", Control),
                < FirstWord => ($"<0x{id - FirstByte:X2}>", Byte),
                _ => ("\u2581w" + id.ToString(CultureInfo.InvariantCulture), Normal),
            };
            scores[id] = id < FirstWord ? 0 : -id;
        }
        writer.Add("tokenizer.ggml.model", GgufValue.Of("llama"));
        writer.Add("tokenizer.ggml.tokens", GgufValue.Of(tokens));
        writer.Add("tokenizer.ggml.scores", GgufValue.Of(scores));
        writer.Add("tokenizer.ggml.token_type", GgufValue.Of(kinds));
        writer.Add("tokenizer.ggml.bos_token_id", GgufValue.Of(1u));
        writer.Add("tokenizer.ggml.eos_token_id", GgufValue.Of(2u));
        writer.Add("tokenizer.ggml.unknown_token_id", GgufValue.Of(0u));
    }
}
