namespace Engine.Cli.CommandLine;

/// <summary>Finds the model that is meant.</summary>
internal static class ModelFiles
{
    /// <summary>The model that comes with the tool.</summary>
    public const string DefaultName = "smollm2-135m-instruct-q4_1-00001-of-00003.gguf";

    /// <summary>Path of the default model: beside the executable, in model/.</summary>
    public static string DefaultPath => Path.Combine(AppContext.BaseDirectory, "model", DefaultName);

    /// <summary>
    /// The file or folder that <paramref name="path"/> names, the default model where it is null. A missing path and an empty name are
    /// refused here, in words that are the same for every command.
    /// </summary>
    public static string Resolve(string? path)
    {
        if (path is null)
        {
            return File.Exists(DefaultPath)
                ? DefaultPath
                : throw new CommandException($"the default model is missing: no {DefaultPath}; give the path of a GGUF file");
        }
        if (!Directory.Exists(path)) Check(path, "a GGUF file or a model's folder");
        return path;
    }

    /// <summary>Throws unless <paramref name="path"/> is a file that exists; a mistyped option ends up as one, too.</summary>
    public static void Check(string path, string expected)
    {
        if (path.Length == 0) throw new UsageException($"the path is empty, expected {expected}");
        if (Directory.Exists(path)) throw new CommandException($"{path}: is a directory, expected {expected}");
        if (File.Exists(path)) return;
        if (path.StartsWith('-')) throw new UsageException($"{path} is neither an option nor a file");
        throw new CommandException($"{path}: no such file");
    }
}
