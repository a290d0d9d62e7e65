namespace Engine.Cli.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("engine-cli-").FullName;

    /// <summary>Full path of a file in it.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <summary>The folder itself.</summary>
    public string FullPath => _path;

    /// <summary>Writes a file into it and returns its path.</summary>
    public string Write(string name, ReadOnlySpan<byte> content)
    {
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Writes a text file into it and returns its path.</summary>
    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
