using System.CommandLine;

namespace Engine.Cli.CommandLine;

/// <summary>The options that say which model is loaded, and how: MODEL or -m, -c, -t, --exact, --no-repack, --override-kv, and those of the cache.</summary>
internal sealed class LoadOptionGroup
{
    private const int MostThreads = 1024;
    private readonly Argument<string?> _model = ModelArgument();
    private readonly Option<string?> _named = OptionFactory.Text("-m", ["--model"], "FILE", "The same as MODEL");
    private readonly Option<int> _context = ContextOption();
    private readonly Option<int> _threads =
        OptionFactory.Integer("-t", ["--threads"], "Threads (default: one per processor)", 1, MostThreads);
    private readonly Option<bool> _exact = ExactOption();
    private readonly Option<bool> _noRepack = OptionFactory.Flag("--no-repack",
        "Compute from the mapped file instead of rearranging the weights: loads faster, runs slower");

    private readonly CacheOptionGroup _cache = new();

    private readonly Option<string[]> _overrides = new("--override-kv")
    {
        Description = "Replace a metadata value, as in tokenizer.ggml.pre=str:gpt-2; TYPE is int, float, bool or str; may be repeated",
        HelpName = "KEY=TYPE:VALUE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>The model's path, optional: without it the default model is meant.</summary>
    public static Argument<string?> ModelArgument() => new("MODEL")
    {
        Description = "A GGUF file, the first part of a split one, or a folder of Hugging Face (default: the small model that comes with the tool)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>-c, the context length in tokens.</summary>
    public static Option<int> ContextOption() =>
        OptionFactory.Integer("-c", ["--ctx-size"], "Context in tokens (default: the trained one, at most 4096)", 1, Array.MaxLength);

    /// <summary>--exact.</summary>
    public static Option<bool> ExactOption() =>
        OptionFactory.Flag("--exact", "Compute with F32 activations and dequantised weights: slower, the reference");

    /// <summary>Adds the group to a command; one that has a -c or -t of its own leaves these out.</summary>
    public void AddTo(Command command, bool context = true, bool threads = true)
    {
        command.Add(_model);
        command.Add(_named);
        if (context) command.Add(_context);
        if (threads) command.Add(_threads);
        command.Add(_exact);
        command.Add(_noRepack);
        command.Add(_overrides);
        _cache.AddTo(command);
    }

    /// <summary>The path of the model that is meant.</summary>
    /// <exception cref="UsageException">It is named twice.</exception>
    public string Path(ParseResult parsed)
    {
        string? path = parsed.GetValue(_model);
        if (parsed.Has(_named) && path is not null) throw new UsageException("MODEL and -m exclude each other");
        return ModelFiles.Resolve(path ?? parsed.GetValue(_named));
    }

    /// <summary>Whether a model is named.</summary>
    public bool IsNamed(ParseResult parsed) => parsed.GetValue(_model) is not null || parsed.Has(_named);

    /// <summary>How to load it.</summary>
    public ModelOptions Options(ParseResult parsed)
    {
        bool mapped = parsed.GetValue(_noRepack);
        return new ModelOptions
        {
            Threads = parsed.GetResult(_threads) is null ? 0 : parsed.GetValue(_threads),
            Exact = parsed.GetValue(_exact),
            Repack = !mapped,
            Mapped = mapped,
            MetadataOverrides = MetadataOverrideParser.Parse(parsed.GetValue(_overrides) ?? []),
            Cache = _cache.Read(parsed),
        };
    }

    /// <summary>Loads the model.</summary>
    public Model Load(ParseResult parsed) => Model.Load(Path(parsed), Options(parsed));

    /// <summary>The context that is asked for, null for the model's own.</summary>
    public int? Context(ParseResult parsed) => parsed.Optional(_context);

    /// <summary>Opens a session with the context that is asked for, or the default one.</summary>
    public Session OpenSession(ParseResult parsed, Model model) =>
        model.CreateSession(new SessionOptions { ContextLength = Context(parsed) ?? 0 });
}
