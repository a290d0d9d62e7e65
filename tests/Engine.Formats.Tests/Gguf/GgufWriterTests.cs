using Engine.Formats.Gguf;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Gguf;

public class GgufWriterTests
{
    private static readonly QuantTypeInfo F32 = QuantTypes.Get(QuantType.F32);

    [Fact]
    public void The_writer_gives_the_bytes_of_the_hand_made_file()
    {
        var stream = new MemoryStream();
        GgufSample.Writer().Write(stream);
        Assert.Equal(GgufSample.Bytes, stream.ToArray());
    }

    [Fact]
    public void A_file_read_and_written_again_keeps_its_bytes() => Assert.Equal(GgufSample.Bytes, Rewritten(GgufSample.Bytes));

    [Theory]
    [MemberData(nameof(GgufFixtureTests.Wholes), MemberType = typeof(GgufFixtureTests))]
    public void A_fixture_read_and_written_again_keeps_its_bytes(string file)
    {
        byte[] bytes = File.ReadAllBytes(SharedFiles.Require(file));
        Assert.True(bytes.AsSpan().SequenceEqual(Rewritten(bytes)));
    }

    [Fact]
    public void An_alignment_is_kept()
    {
        var writer = new GgufWriter(version: 2);
        writer.Add("general.alignment", GgufValue.Of(128u));
        writer.AddTensor("a", F32, [1], new byte[4]);
        writer.AddTensor("b", F32, [1], new byte[4]);
        var stream = new MemoryStream();
        writer.Write(stream);
        using GgufFile file = GgufFile.Open(stream.ToArray(), "aligned");
        Assert.Equal(2u, file.Version);
        Assert.All(file.Tensors, tensor => Assert.Equal(0, tensor.Offset % 128));
        Assert.Equal(128, file.GetTensor("b").Offset - file.GetTensor("a").Offset);
    }

    [Fact]
    public void What_no_reader_accepts_is_refused()
    {
        GgufWriter writer = GgufSample.Writer();
        Assert.Throws<ArgumentException>(() => writer.Add("a.u8", GgufValue.Of(1)));
        Assert.Throws<ArgumentException>(() => writer.Add("", GgufValue.Of(1)));
        Assert.Throws<ArgumentException>(() => writer.Add("general.alignment", GgufValue.Of(24u)));
        Assert.Throws<ArgumentException>(() => writer.Add("general.alignment", GgufValue.Of(32)));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("f32", F32, [1], new byte[4]));
        Assert.Throws<ArgumentException>(() => writer.AddTensor(new string('n', 64), F32, [1], new byte[4]));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("n", F32, [], new byte[4]));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("n", F32, [0], Array.Empty<byte>()));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("n", F32, [-1, -1], new byte[4]));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("n", F32, [2], new byte[4]));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("n", F32, [1, 1, 1, 1, 1], new byte[4]));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("n", QuantTypes.Get(QuantType.Q4_0), [16], new byte[9]));
        Assert.Throws<ArgumentException>(() => writer.AddTensor("n", F32, [long.MaxValue, long.MaxValue], new byte[4]));
        Assert.Throws<ArgumentException>(() => GgufValue.Of(1m));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GgufWriter(1));
        var stream = new MemoryStream();
        writer.Write(stream);
        Assert.Equal(GgufSample.Bytes, stream.ToArray());
    }

    [Fact]
    public void Arrays_nested_deeper_than_the_reader_goes_are_refused()
    {
        GgufValue value = GgufValue.Of(new[] { 1 });
        for (int depth = 2; depth <= GgufValue.DeepestArray; depth++) value = GgufValue.OfArrays([value]);
        var writer = new GgufWriter();
        writer.Add("deep", value);
        var stream = new MemoryStream();
        writer.Write(stream);
        Assert.True(GgufFile.Open(stream.ToArray(), "deep").Metadata["deep"].ContentEquals(value));
        Assert.Throws<ArgumentException>(() => GgufValue.OfArrays([value]));
        Assert.Throws<ArgumentException>(() => GgufValue.OfArrays([GgufValue.Of(1)]));
    }

    [Fact]
    public void The_final_name_appears_only_when_the_file_is_complete()
    {
        using var folder = new TemporaryFolder();
        string path = folder["m.gguf"];
        GgufWriter writer = GgufSample.Writer();
        bool seen = false;
        writer.AddTensor("probe", F32, [1], new ProbeTensor(() => seen |= File.Exists(path)));
        writer.Write(path);
        Assert.False(seen);
        Assert.Equal(["m.gguf"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        GgufFile.Open(path).Dispose();
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = folder["m.gguf"];
        File.WriteAllText(path, "old");
        GgufWriter writer = GgufSample.Writer();
        writer.AddTensor("probe", F32, [1], new ProbeTensor(() => throw new ModelFormatException("other", "probe", "the end", "more")));
        Assert.Throws<ModelFormatException>(() => writer.Write(path));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["m.gguf"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_folder_is_not_replaced()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<IOException>(() => GgufSample.Writer().Write(folder.Path));
        Assert.Throws<DirectoryNotFoundException>(() => GgufSample.Writer().Write(folder["none/m.gguf"]));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static byte[] Rewritten(byte[] bytes)
    {
        using GgufFile file = GgufFile.Open(bytes, "original");
        var writer = new GgufWriter(file.Version);
        foreach ((string key, GgufValue value) in file.Metadata) writer.Add(key, value);
        foreach (GgufTensor tensor in file.Tensors) writer.AddTensor(tensor);
        var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    private sealed class ProbeTensor(Action onRead) : ITensorData
    {
        public string File => "probe";

        public string Name => "probe";

        public long ByteLength => 4;

        public nint Address => 0;

        public void Read(long offset, Span<byte> destination) => onRead();
    }
}
