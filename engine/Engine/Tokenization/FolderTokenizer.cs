using Engine.Formats;
using Engine.Tokenization.SentencePiece;

namespace Engine.Tokenization;

/// <summary>Finds the tokenizer in a model's folder: tokenizer.json, or tokenizer.model where that is all there is.</summary>
internal static class FolderTokenizer
{
    /// <summary>Opens it; null where the folder has none.</summary>
    /// <exception cref="ModelFormatException">It is malformed, or of a kind that is not known.</exception>
    public static Tokenizer? TryOpen(string folder)
    {
        if (File.Exists(Path.Combine(folder, "tokenizer.json"))) return JsonTokenizer.Open(folder);
        string model = Path.Combine(folder, SentencePieceFile.FileName);
        return File.Exists(model) ? Tokenizer.Create(SentencePieceFile.Read(model), model) : null;
    }
}
