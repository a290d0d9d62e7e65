using Engine.Formats.Safetensors;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Safetensors;

public sealed class SafetensorsShardTests : IDisposable
{
    private const string IndexName = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();

    public SafetensorsShardTests()
    {
        WriteShard("one.safetensors", "a");
        WriteShard("two.safetensors", "b");
        WriteIndex("""{"metadata":{"total_size":8,"deep":[{}]},"weight_map":{"b":"two.safetensors","a":"one.safetensors"}}""");
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData(IndexName)]
    public void A_folder_or_its_index_opens_all_shards(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(_folder[path]);
        Assert.Equal(_folder[IndexName], file.Path);
        Assert.Equal(["b", "a"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([_folder["two.safetensors"], _folder["one.safetensors"]], file.Parts);
        Assert.Equal(_folder["one.safetensors"], file.GetTensor("a").File);
        Assert.Equal(file.Parts.Sum(part => new FileInfo(part).Length), file.FileBytes);
    }

    [Fact]
    public void A_folder_with_a_single_file_opens_it()
    {
        File.Delete(_folder[IndexName]);
        Assert.Contains("2 safetensors files", Refused(_folder.Path).Found, StringComparison.Ordinal);
        File.Delete(_folder["two.safetensors"]);
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.Path)) Assert.Equal(_folder["one.safetensors"], file.Path);
        WriteShard("model.safetensors", "whole");
        using (SafetensorsFile file = SafetensorsFile.Open(_folder.Path)) Assert.Equal(_folder["model.safetensors"], file.Path);
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        File.Delete(_folder["one.safetensors"]);
        ModelFormatException e = Refused(_folder.Path);
        Assert.Equal((_folder["one.safetensors"], "no such file"), (e.File, e.Found));
    }

    [Fact]
    public void A_tensor_that_its_shard_lacks_is_named()
    {
        WriteShard("two.safetensors", "c");
        ModelFormatException e = Refused(_folder.Path);
        Assert.Equal((_folder["two.safetensors"], "b"), (e.File, e.Item));
    }

    [Fact]
    public void A_damaged_shard_is_named()
    {
        File.WriteAllBytes(_folder["two.safetensors"], [1, 2, 3]);
        Assert.Equal(_folder["two.safetensors"], Refused(_folder.Path).File);
    }

    [Theory]
    [InlineData("../one.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/one.safetensors")]
    [InlineData("..\\\\one.safetensors")]
    [InlineData("C:one.safetensors")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("one\\u0000")]
    public void A_shard_outside_the_folder_is_refused(string shard)
    {
        WriteIndex($$$"""{"weight_map":{"a":"{{{shard}}}"}}""");
        ModelFormatException e = Refused(_folder.Path);
        Assert.Equal((_folder[IndexName], "a"), (e.File, e.Item));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"weight_map":[]}""")]
    [InlineData("""{"weight_map":{"a":1}}""")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"one.safetensors"}}""")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""")]
    [InlineData("""{"weight_map":{"a":"one.safetensors"}} x""")]
    [InlineData("""{"weight_map":{"a":"one.safetensors"}""")]
    public void A_malformed_index_is_refused(string json)
    {
        WriteIndex(json);
        Assert.Equal(_folder[IndexName], Refused(_folder.Path).File);
    }

    [Fact]
    public void The_sharded_fixture_has_every_tensor()
    {
        using SafetensorsFile file = SafetensorsFile.Open(SharedFiles.Require("fixtures/models/llama3/hf-sharded"));
        Assert.Equal(4, file.Parts.Count);
        Assert.Equal(296192, file.Tensors.Sum(tensor => tensor.ByteLength));
    }

    private static ModelFormatException Refused(string path) => Assert.Throws<ModelFormatException>(() => SafetensorsFile.Open(path));

    private void WriteIndex(string json) => File.WriteAllText(_folder[IndexName], json);

    private void WriteShard(string name, string tensor) => File.WriteAllBytes(
        _folder[name], SafetensorsSample.Make($$"""{"{{tensor}}":{"dtype":"F32","shape":[1],"data_offsets":[0,4]} }""", 4));
}
