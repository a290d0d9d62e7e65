using Xunit;

namespace Engine.Testing;

/// <summary>
/// The reference data outside the repository. Its folder is named by the environment variable ENGINE_SHARED; a test that needs a
/// file from it is reported as skipped, with the reason, where the variable is unset.
/// </summary>
public static class SharedFiles
{
    /// <summary>The folder, or null where ENGINE_SHARED is unset.</summary>
    public static string? Root { get; } = Environment.GetEnvironmentVariable("ENGINE_SHARED") is { Length: > 0 } path ? path : null;

    /// <summary>Full path of a file or folder below ENGINE_SHARED, as in <c>Require("fixtures/ggml/types.safetensors")</c>.</summary>
    /// <remarks>Skips the running test where the variable is unset; a path that is missing below a set folder is a failure.</remarks>
    public static string Require(string relativePath)
    {
        Assert.SkipWhen(Root is null, $"ENGINE_SHARED is unset: this test needs {relativePath} from it.");
        string path = Path.Combine(Root!, relativePath);
        Assert.True(Path.Exists(path), $"ENGINE_SHARED is set but {path} does not exist.");
        return path;
    }

    /// <summary>Skips a test that takes minutes unless the environment variable ENGINE_SLOW_TESTS is 1, as in .ci/run.</summary>
    public static void RequireSlowTests() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("ENGINE_SLOW_TESTS") == "1", "ENGINE_SLOW_TESTS is not 1: this test takes a minute or more.");

    /// <summary>
    /// Names for a theory, one per file below <paramref name="folder"/> that matches: its path relative to the folder, without the
    /// extension. Where ENGINE_SHARED is unset it is one row with an empty name, on which <see cref="Require"/> skips.
    /// </summary>
    public static IEnumerable<TheoryDataRow<string>> Names(string folder, string pattern)
    {
        if (Root is null) return [new TheoryDataRow<string>("")];
        string path = Path.Combine(Root, folder);
        return Directory.EnumerateFiles(path, pattern)
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .Order(StringComparer.Ordinal)
            .Select(name => new TheoryDataRow<string>(name));
    }
}
