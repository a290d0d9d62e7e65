using System.CommandLine;
using Engine.Cli.CommandLine;
using Engine.Cli.Inspection;
using Engine.Cli.Output;

namespace Engine.Cli.Commands;

/// <summary><c>engine inspect</c>: what a model file holds, without reading its weights.</summary>
internal sealed class InspectCommand : EngineCommand
{
    private readonly Argument<string?> _model = LoadOptionGroup.ModelArgument();
    private readonly Option<int> _context = LoadOptionGroup.ContextOption();
    private readonly CacheOptionGroup _cache = new();
    private readonly Option<bool> _tensors = OptionFactory.Flag("--tensors", "List every tensor");
    private readonly Option<bool> _json = OptionFactory.Flag("--json", "Print JSON");

    public InspectCommand(Surroundings surroundings)
        : base(surroundings, "inspect",
            "Show a model's architecture, sizes, types, tokenizer, template, metadata and the memory it needs.",
            "engine inspect model.gguf", "engine inspect Qwen3-0.6B/", "engine inspect model.gguf --tensors -c 8192 -ctk q8_0 -ctv q8_0")
    {
        Add(_model);
        Add(_context);
        _cache.AddTo(this);
        Add(_tensors);
        Add(_json);
    }

    protected override Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        // As it is run: a quantized checkpoint's weights are what the fast path multiplies by.
        using var file = ModelSources.Open(ModelFiles.Resolve(parsed.GetValue(_model)), new ModelOptions().ToOpenOptions());
        var report = new ModelReport(file, parsed.Optional(_context), _cache.Read(parsed));
        bool tensors = parsed.GetValue(_tensors);
        if (parsed.GetValue(_json)) Json.WriteLine(Terminal.Output, json => report.WriteJson(json, tensors), indented: true);
        else report.WriteText(Terminal, tensors);
        return Task.FromResult(ExitCode.Success);
    }
}
