using Engine.Formats;
using Engine.Formats.Gguf;
using Engine.Generation;
using Engine.Sampling;
using Engine.Templates;
using Engine.Tokenization;

namespace Engine.Tests.Models;

/// <summary>What a user does with a model file, in small: load, tokenize, evaluate, generate, render its chat template.</summary>
internal static class MutantRun
{
    private const string File = "mutant";
    private const int MostTokens = 6;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Null where all worked or was refused as documented; else what happened instead.</summary>
    /// <param name="content">The file.</param>
    /// <param name="worked">Whether it could be used as a model.</param>
    public static string? Try(byte[] content, out bool worked) => Try(
        () => Model.Load(GgufFile.Open(content, File), new ModelOptions { Exact = content.Length % 2 == 0, Threads = 1 }), File, out worked);

    /// <summary>The same for a model that is loaded from anywhere.</summary>
    /// <param name="load">Loads it.</param>
    /// <param name="place">How the names of the files begin that a refusal may name.</param>
    /// <param name="worked">Whether it could be used as a model.</param>
    public static string? Try(Func<Model> load, string place, out bool worked)
    {
        Task<(string? Failure, bool Worked)> run = Task.Run(() => Run(load, place));
        if (!run.Wait(Patience))
        {
            worked = false;
            return $"no end within {Patience.TotalSeconds} s";
        }
        (string? failure, worked) = run.Result;
        return failure;
    }

    private static (string? Failure, bool Worked) Run(Func<Model> load, string place)
    {
        try
        {
            using Model model = load();
            Use(model);
            return (null, true);
        }
        catch (ModelFormatException exception)
        {
            bool says = exception.File.StartsWith(place, StringComparison.Ordinal) && exception.Found.Length > 0 && exception.Expected.Length > 0;
            return (says ? null : exception.ToString(), false);
        }
        catch (SamplingException)
        {
            return (null, false);
        }
        catch (Exception exception)
        {
            return (exception.ToString(), false);
        }
    }

    private static void Use(Model model)
    {
        int[] ids = model.HasTokenizer ? Tokenize(model.Tokenizer) : [0, 1, 2];
        Render(model);
        ids = ids[..Math.Min(Math.Min(ids.Length, MostTokens), model.Config.ContextLength)];
        if (ids.Length == 0 || model.Config.VocabularySize < 3) return;
        if (model.Config.Family.Encoder)
        {
            model.Embed(ids);
            return;
        }
        using Session session = model.CreateSession();
        session.Evaluate(ids);
        if (!model.HasTokenizer) return;
        GenerationRun run = new Generator(session).Start(ids, new GenerationOptions { MaxTokens = 3 });
        while (run.Step())
        {
        }
    }

    private static int[] Tokenize(Tokenizer tokenizer)
    {
        int[] ids = [.. tokenizer.Encode("ab 12 <s></s> Hello  wörld\n\n한😀")];
        tokenizer.Decode(ids, unparseSpecial: true);
        StreamDecoder stream = tokenizer.CreateStream();
        foreach (int id in ids) stream.Append(id);
        return ids;
    }

    private static void Render(Model model)
    {
        try
        {
            model.ChatTemplate?.Render([new ChatMessage("user", "Hello")], addGenerationPrompt: true);
        }
        catch (TemplateException)
        {
        }
    }
}
