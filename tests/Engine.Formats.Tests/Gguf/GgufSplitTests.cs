using System.Security.Cryptography;
using Engine.Formats.Gguf;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Gguf;

public sealed class GgufSplitTests : IDisposable
{
    private const int Parts = 3;

    private readonly TemporaryFolder _folder = new();

    public GgufSplitTests()
    {
        for (int i = 0; i < Parts; i++) Write(i);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_part_opens_the_whole_model(int part)
    {
        using GgufFile file = GgufFile.Open(PathOf(part));
        Assert.Equal(PathOf(0), file.Path);
        Assert.Equal([PathOf(0), PathOf(1), PathOf(2)], file.Parts);
        Assert.Equal(["t0", "t1", "t2"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal("tiny", file.Metadata.GetString("general.architecture"));
        Assert.Equal(file.Parts.Sum(path => new FileInfo(path).Length), file.FileBytes);
        foreach (GgufTensor tensor in file.Tensors)
        {
            byte[] data = new byte[4];
            tensor.Read(0, data);
            Assert.Equal(tensor.Name, $"t{data[0]}");
            Assert.Equal(PathOf(data[0]), tensor.File);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    public void A_missing_part_is_named(int opened, int missing)
    {
        File.Delete(PathOf(missing));
        ModelFormatException e = Refused(opened);
        Assert.Equal((PathOf(missing), "no such file"), (e.File, e.Found));
        Assert.Contains($"part {missing + 1}", e.Expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_in_anothers_place_is_refused()
    {
        File.Copy(PathOf(1), PathOf(2), overwrite: true);
        ModelFormatException e = Refused(0);
        Assert.Equal((PathOf(2), "split.no", "1"), (e.File, e.Item, e.Found));
    }

    [Fact]
    public void A_part_with_another_count_is_refused()
    {
        Write(1, count: 4);
        Assert.Equal((PathOf(1), "split.count"), Where(Refused(0)));
    }

    [Fact]
    public void A_part_with_another_total_is_refused()
    {
        Write(1, total: 5);
        Assert.Equal((PathOf(1), "split.tensors.count"), Where(Refused(0)));
    }

    [Fact]
    public void A_part_of_another_model_is_refused()
    {
        Write(1, extra: writer => writer.Add("general.architecture", GgufValue.Of("other")));
        Assert.Equal((PathOf(1), "general.architecture"), Where(Refused(0)));
    }

    [Fact]
    public void A_part_without_its_number_is_refused()
    {
        GgufSample.Writer().Write(PathOf(1));
        Assert.Equal((PathOf(1), "split.no"), Where(Refused(0)));
    }

    [Fact]
    public void A_tensor_in_two_parts_is_refused()
    {
        Write(2, tensor: "t0");
        Assert.Equal((PathOf(2), "t0"), Where(Refused(0)));
    }

    [Fact]
    public void A_wrong_number_of_tensors_is_refused()
    {
        for (int i = 0; i < Parts; i++) Write(i, total: 4);
        Assert.Equal((PathOf(0), "split.tensors.count"), Where(Refused(0)));
    }

    [Fact]
    public void A_part_under_another_name_is_refused()
    {
        File.Move(PathOf(0), _folder["renamed.gguf"]);
        var e = Assert.Throws<ModelFormatException>(() => GgufFile.Open(_folder["renamed.gguf"]));
        Assert.Contains("-00001-of-00003.gguf", e.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void A_number_outside_the_count_is_refused(int number)
    {
        Write(0, number: number);
        Assert.Equal((PathOf(0), "split.no"), Where(Refused(0)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65536)]
    [InlineData(int.MaxValue)]
    public void An_absurd_count_is_refused(int count)
    {
        Write(0, count: count);
        Assert.Equal((PathOf(0), "split.count"), Where(Refused(0)));
    }

    [Fact]
    public void A_truncated_part_is_named()
    {
        using (var stream = new FileStream(PathOf(1), FileMode.Open)) stream.SetLength(stream.Length - 32);
        Assert.Equal((PathOf(1), "t1"), Where(Refused(0)));
    }

    [Fact]
    public void A_part_in_memory_is_refused() =>
        Assert.Equal("split.count", Assert.Throws<ModelFormatException>(() => GgufFile.Open(File.ReadAllBytes(PathOf(0)), "memory")).Item);

    [Fact]
    public void A_split_of_one_is_a_whole_model()
    {
        Write(0, count: 1);
        using GgufFile file = GgufFile.Open(PathOf(0));
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void The_split_fixture_equals_the_whole_one()
    {
        using GgufFile whole = GgufFile.Open(SharedFiles.Require("fixtures/models/llama-k/model-f32.gguf"));
        using GgufFile split = GgufFile.Open(SharedFiles.Require("fixtures/models/llama-k/split/model-f32-00001-of-00003.gguf"));
        Assert.Equal(3, split.Parts.Count);
        Assert.Equal(whole.Tensors.Select(tensor => tensor.Name), split.Tensors.Select(tensor => tensor.Name));
        Assert.All(whole.Tensors, tensor => Assert.Equal(Bytes(tensor), Bytes(split.GetTensor(tensor.Name))));
        Assert.All(whole.Metadata, pair => Assert.True(pair.Value.ContentEquals(split.Metadata[pair.Key])));
    }

    [Fact]
    public void The_default_model_written_as_one_file_has_the_recorded_hash()
    {
        using GgufFile split = GgufFile.Open(SharedFiles.Require("models/default/smollm2-135m-instruct-q4_1-00001-of-00003.gguf"));
        var writer = new GgufWriter(split.Version);
        foreach ((string key, GgufValue value) in split.Metadata)
        {
            if (!key.StartsWith("split.", StringComparison.Ordinal)) writer.Add(key, value);
        }
        foreach (GgufTensor tensor in split.Tensors) writer.AddTensor(tensor);
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write)) writer.Write(stream);

        // models/default/README.md
        Assert.Equal("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", Convert.ToHexStringLower(hash.Hash!));
    }

    private static (string File, string? Item) Where(ModelFormatException e) => (e.File, e.Item);

    private static byte[] Bytes(GgufTensor tensor)
    {
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return bytes;
    }

    private ModelFormatException Refused(int opened) => Assert.Throws<ModelFormatException>(() => GgufFile.Open(PathOf(opened)));

    private string PathOf(int part) => _folder[$"m-{part + 1:d5}-of-00003.gguf"];

    private void Write(
        int part, int? number = null, int count = Parts, int total = Parts, string? tensor = null, Action<GgufWriter>? extra = null)
    {
        var writer = new GgufWriter();
        if (part == 0) writer.Add("general.architecture", GgufValue.Of("tiny"));
        writer.Add("split.no", GgufValue.Of(number ?? part));
        writer.Add("split.count", GgufValue.Of(count));
        writer.Add("split.tensors.count", GgufValue.Of(total));
        extra?.Invoke(writer);
        writer.AddTensor(tensor ?? $"t{part}", QuantTypes.Get(QuantType.F32), [1], new byte[] { (byte)part, 0, 0, 0 });
        writer.Write(PathOf(part));
    }
}
