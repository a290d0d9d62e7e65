using Engine.Cli.CommandLine;
using Engine.Evaluation;

namespace Engine.Cli.Evaluation;

/// <summary>Checks that two models, or a model and saved predictions, speak of the same tokens.</summary>
internal static class TokenCheck
{
    /// <summary>Vocabularies of one size may still be different ones: the same id has to stand for the same piece of the text.</summary>
    /// <exception cref="CommandException">Nothing can be compared.</exception>
    public static void Compare(string text, Model model, Model baseModel)
    {
        CheckSize(baseModel.Path, baseModel.Config.VocabularySize, model);
        var tokens = model.Tokenizer.Encode(text, addSpecial: false, parseSpecial: false);
        if (!tokens.SequenceEqual(baseModel.Tokenizer.Encode(text, addSpecial: false, parseSpecial: false)))
            throw new CommandException($"{baseModel.Path}: reads the text as other tokens than {model.Path}, nothing can be compared");
    }

    /// <summary>The windows of saved predictions.</summary>
    /// <exception cref="CommandException">The vocabularies differ in size.</exception>
    public static TokenWindows WindowsOf(LogitFile file, Model model, int? most)
    {
        CheckSize(file.Path, file.VocabularySize, model);
        int? first = model.HasTokenizer ? TokenWindows.Beginning(model.Tokenizer, WindowConvention.LlamaCpp) : null;
        return new TokenWindows(file.Tokens, file.WindowLength, first, most);
    }

    /// <summary>A text that is given beside saved predictions must be theirs, read by this model.</summary>
    /// <exception cref="CommandException">It is another text, or the model reads it as other tokens.</exception>
    public static void CheckText(string text, Model model, LogitFile file)
    {
        int[] tokens = [.. model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: false)];
        if (!tokens.AsSpan().StartsWith(file.Tokens))
            throw new CommandException($"{model.Path}: the predictions in {file.Path} are those of another text or of other tokens");
    }

    private static void CheckSize(string basePath, int baseVocabulary, Model model)
    {
        int vocabulary = model.Config.VocabularySize;
        if (vocabulary != baseVocabulary)
            throw new CommandException($"{basePath}: has {baseVocabulary} tokens, expected the {vocabulary} of {model.Path}");
    }
}
