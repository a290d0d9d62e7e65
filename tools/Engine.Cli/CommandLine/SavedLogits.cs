using Engine.Evaluation;
using Engine.Formats;

namespace Engine.Cli.CommandLine;

/// <summary>Saving a base model's predictions while they are made.</summary>
internal static class SavedLogits
{
    /// <summary>Refuses windows that the file has no form for.</summary>
    /// <exception cref="UsageException">Predictions are to be saved, but not in llama.cpp's convention.</exception>
    public static void CheckConvention(string? path, TokenWindows windows)
    {
        if (path is not null && windows.Convention != WindowConvention.LlamaCpp)
            throw new UsageException("predictions are saved in llama.cpp's convention alone");
    }

    /// <summary>Runs <paramref name="measure"/> with a writer for <paramref name="path"/>, or with none where that is null.</summary>
    public static void Write(string? path, TokenWindows windows, int vocabulary, Action<LogitFileWriter?> measure)
    {
        if (path is null) measure(null);
        else AtomicFile.Write(path, stream => measure(new LogitFileWriter(stream, windows, vocabulary)));
    }
}
