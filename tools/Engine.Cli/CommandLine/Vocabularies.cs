using Engine.Formats.Gguf;
using Engine.Tokenization;

namespace Engine.Cli.CommandLine;

/// <summary>Opens the tokenizer of a GGUF file or folder without its weights, or a tokenizer.json, and checks ids against it.</summary>
internal static class Vocabularies
{
    /// <summary>The tokenizer of the file that <paramref name="path"/> names: a GGUF file, a tokenizer.json, a folder with one.</summary>
    public static Tokenizer Open(string? path)
    {
        if (path is not null && Path.Exists(path) && JsonTokenizer.IsJson(path)) return JsonTokenizer.Open(path);
        string resolved = ModelFiles.Resolve(path);
        if (!Directory.Exists(resolved))
        {
            using var file = GgufFile.Open(resolved);
            return Tokenizer.Create(file.Metadata, resolved);
        }
        return Tokenizer.TryOpenFolder(resolved) ?? throw new CommandException($"{resolved}: has neither tokenizer.json nor tokenizer.model");
    }

    /// <summary>Throws unless each of <paramref name="ids"/> is one of <paramref name="count"/> tokens.</summary>
    /// <exception cref="CommandException">One is not.</exception>
    public static void Check(IEnumerable<int> ids, int count)
    {
        foreach (int id in ids)
        {
            if ((uint)id >= (uint)count)
                throw new CommandException($"token id {id} is out of range, the vocabulary has {count} tokens (0 to {count - 1})");
        }
    }
}
