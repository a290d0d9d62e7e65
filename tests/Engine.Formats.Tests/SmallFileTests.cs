using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests;

public sealed class SmallFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_of_just_the_size_is_read()
    {
        _folder.Write("a", [1, 2, 3]);
        Assert.Equal([1, 2, 3], SmallFile.Read(_folder["a"], 3, "three bytes"));
    }

    [Fact]
    public void A_larger_file_is_refused_with_its_size()
    {
        _folder.Write("a", [1, 2, 3]);
        var error = Assert.Throws<ModelFormatException>(() => SmallFile.Read(_folder["a"], 2, "a small file"));
        Assert.Equal((_folder["a"], "3 bytes", "a small file of at most 2"), (error.File, error.Found, error.Expected));
    }

    [Fact]
    public void A_missing_file_is_refused() =>
        Assert.Equal("no such file", Assert.Throws<ModelFormatException>(() => SmallFile.Read(_folder["a"], 2, "a small file")).Found);
}
