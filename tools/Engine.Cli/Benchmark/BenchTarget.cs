using Engine.Cli.CommandLine;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Cli.Benchmark;

/// <summary>The model that is measured: a file, or one of random weights that becomes a file where somebody else has to read it.</summary>
internal sealed class BenchTarget : IDisposable
{
    private readonly GgufWriter? _synthetic;
    private bool _isTemporary;

    /// <summary>A file.</summary>
    public BenchTarget(string path) => (Name, Path) = (path, path);

    /// <summary>Random weights, in memory.</summary>
    public BenchTarget(GgufWriter synthetic, string name) => (_synthetic, Name) = (synthetic, name);

    /// <summary>What the rows call it.</summary>
    public string Name { get; }

    /// <summary>The file, null while there is none.</summary>
    public string? Path { get; private set; }

    /// <summary>Writes random weights to a file, which is measured from then on.</summary>
    public void Write(string path)
    {
        if (_synthetic is null) throw new UsageException("--write needs --shape");
        if (path.Length == 0) throw new UsageException("the path is empty, expected a file to write");
        _synthetic.Write(path);
        Path = path;
    }

    /// <summary>The file for another program; a temporary one, as large as the model, where there is none yet.</summary>
    public string RequirePath()
    {
        if (Path is not null) return Path;
        string path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"engine-bench-{System.IO.Path.GetRandomFileName()}.gguf");
        Write(path);
        _isTemporary = true;
        return path;
    }

    /// <summary>Opens the model.</summary>
    public IModelSource Open(ModelOptions options)
    {
        if (Path is null) return _synthetic!.Open(Name);
        return ModelSources.Open(Path, options.ToOpenOptions());
    }

    /// <summary>Removes the temporary file.</summary>
    public void Dispose()
    {
        if (_isTemporary) File.Delete(Path!);
    }
}
