using System.CommandLine;

namespace Engine.Cli.CommandLine;

/// <summary>The options that say which model is loaded, and how.</summary>
internal sealed class LoadOptionGroup
{
    private const int MostThreads = 1024;

    /// <summary>The model's path, optional: without it the default model is meant.</summary>
    public static Argument<string?> ModelArgument() => new("MODEL")
    {
        Description = "A GGUF file, the first part of a split one (default: the small model that comes with the tool)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>-c, the context length in tokens.</summary>
    public static Option<int> ContextOption() =>
        OptionFactory.Integer("-c", ["--ctx-size"], "Context in tokens (default: what the model was trained for)", 1, int.MaxValue);

    /// <summary>-t, worker threads.</summary>
    public static Option<int> ThreadsOption() =>
        OptionFactory.Integer("-t", ["--threads"], "Threads (default: one per processor)", 1, MostThreads);
}
