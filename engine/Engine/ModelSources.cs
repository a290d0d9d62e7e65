using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Models.HuggingFace;
using Engine.Tokenization;

namespace Engine;

/// <summary>Opens models, whatever they are stored in.</summary>
public static class ModelSources
{
    private const string TokenizerKey = "tokenizer.ggml.model";

    /// <summary>Opens a GGUF file (any part of a split one), or the folder of a Hugging Face checkpoint.</summary>
    /// <param name="path">Path of the file or folder.</param>
    /// <param name="options">How to open it; null for not mapped.</param>
    /// <exception cref="ModelFormatException">
    /// There is no such file, one is malformed, or a folder's family or quantization is not known.
    /// </exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static IModelSource Open(string path, GgufOpenOptions? options = null) =>
        ModelFolder.IsFolder(path) ? ModelFolder.Open(path, options) : GgufFile.Open(path, options);

    /// <summary>The tokenizer of a model; null where it has none.</summary>
    /// <param name="source">The model.</param>
    /// <exception cref="ModelFormatException">The tokenizer is malformed or of a kind that is not known.</exception>
    public static Tokenizer? OpenTokenizer(IModelSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source is ModelFolder) return Tokenizer.TryOpenFolder(source.Path);
        return source.Metadata.GetString(TokenizerKey, "none") is "none" or "no_vocab" ? null : Tokenizer.Create(source.Metadata, source.Path);
    }

    /// <summary>The metadata that a GGUF file of the model has: that of a folder with the keys of its tokenizer.</summary>
    /// <param name="source">The model.</param>
    /// <exception cref="ModelFormatException">A folder's tokenizer is malformed, or none that GGUF files can describe.</exception>
    public static GgufMetadata FileMetadata(IModelSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source is ModelFolder ? FolderFile.Describe(source) : source.Metadata;
    }

    /// <summary>The tokenizer of a model whose embedding has so many rows.</summary>
    internal static Tokenizer? OpenTokenizer(IModelSource source, int embeddingRows)
    {
        Tokenizer? tokenizer = OpenTokenizer(source);
        // In folders there are tokens of images without a row (Gemma 3); evaluating one is refused as any other id that does not exist.
        if (source is not ModelFolder && tokenizer?.VocabularySize > embeddingRows)
        {
            throw new ModelFormatException(
                source.Path, "tokenizer.ggml.tokens", $"{tokenizer.VocabularySize} tokens", $"at most the {embeddingRows} rows of the embedding");
        }
        return tokenizer;
    }

    /// <summary>The same exception with the names that a folder's files have; null where there is nothing to say better.</summary>
    internal static ModelFormatException? InOwnWords(IModelSource source, Exception exception) =>
        source is ModelFolder folder && exception is ModelFormatException format && folder.InOwnWords(format) is var better && better != format
            ? better
            : null;
}
