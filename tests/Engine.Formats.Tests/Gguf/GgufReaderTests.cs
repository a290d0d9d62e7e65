using Engine.Formats.Gguf;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Gguf;

public class GgufReaderTests
{
    private readonly GgufFile _file = GgufFile.Open(GgufSample.Bytes, "sample");

    private GgufMetadata Metadata => _file.Metadata;

    [Fact]
    public void Every_value_type_reads_back()
    {
        object[] expected =
        [
            "tiny", (byte)200, (sbyte)-2, (ushort)0xFFFE, (short)-3, 0xFFFFFFFD, -4, 1.5f, true, 0xFFFFFFFFFFFFFFFC, -5L, -2.5, "\uFFFDA",
            new[] { 1, -1 }, new[] { false, true, true }, new[] { "ab", "", "\u00e9" },
        ];
        Assert.Equal(expected, Metadata.Values.Take(expected.Length).Select(value => value.Value));
        Assert.Equal(18, Metadata.Count);
        Assert.Empty(Metadata.GetSingles("b.empty"));
    }

    [Fact]
    public void A_nested_array_reads_back()
    {
        Assert.True(Metadata["b.nested"].TryGetArrays(out GgufValue[] arrays));
        Assert.Equal(new byte[] { 7, 8 }, arrays[0].Value);
        Assert.Equal(["x"], (GgufStrings)arrays[1].Value);
    }

    [Fact]
    public void Bytes_that_are_no_utf8_are_kept()
    {
        Assert.True(Metadata["a.raw"].TryGetUtf8(out ReadOnlySpan<byte> bytes));
        Assert.Equal([0xFF, 0x41], bytes.ToArray());
        Assert.Equal([0xC3, 0xA9], Metadata.GetStringArray("b.text").GetBytes(2).ToArray());
    }

    [Fact]
    public void Integers_convert_to_any_width_that_holds_them()
    {
        Assert.Equal(200, Metadata.GetInt32("a.u8"));
        Assert.Equal(-5, Metadata.GetInt32("a.i64"));
        Assert.Equal(0xFFFFFFFDu, Metadata.GetUInt32("a.u32"));
        Assert.Equal(0xFFFFFFFDL, Metadata.GetInt64("a.u32"));
        Assert.Equal(-4f, Metadata.GetSingle("a.i32"));
        Assert.Equal(-2.5f, Metadata.GetSingle("a.f64"));
        Assert.True(Metadata["b.i32"].TryGetIntegers(out long[] wide));
        Assert.Equal([1, -1], wide);
    }

    [Theory]
    [InlineData("a.u32", "an integer from -2147483648 to 2147483647")]
    [InlineData("a.f32", "an integer from -2147483648 to 2147483647")]
    [InlineData("general.architecture", "an integer from -2147483648 to 2147483647")]
    [InlineData("b.i32", "an integer from -2147483648 to 2147483647")]
    [InlineData("none", "an integer from -2147483648 to 2147483647")]
    public void A_value_that_is_no_int32_is_refused_by_name(string key, string expected)
    {
        var e = Assert.Throws<ModelFormatException>(() => Metadata.GetInt32(key));
        Assert.Equal(("sample", key, expected), (e.File, e.Item, e.Expected));
        Assert.StartsWith($"sample: {key}: found ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Negative_numbers_do_not_pass_as_unsigned()
    {
        Assert.Throws<ModelFormatException>(() => Metadata.GetUInt32("a.i32"));
        Assert.False(Metadata["b.i32"].TryGetIntegers(out uint[] _));
        Assert.False(Metadata["a.i8"].TryGetInteger(out ulong _));
        Assert.False(Metadata["a.u64"].TryGetInteger(out long _));
    }

    [Fact]
    public void A_default_stands_in_for_a_missing_key_only()
    {
        Assert.Equal(7, Metadata.GetInt32("none", 7));
        Assert.Equal("d", Metadata.GetString("none", "d"));
        Assert.True(Metadata.GetBoolean("none", true));
        Assert.Throws<ModelFormatException>(() => Metadata.GetString("a.u8", "d"));
        Assert.Throws<ModelFormatException>(() => Metadata.GetBoolean("a.u8", true));
        Assert.Throws<ModelFormatException>(() => Metadata.GetSingles("b.i32"));
        Assert.Throws<ModelFormatException>(() => Metadata.GetStrings("general.architecture"));
    }

    [Fact]
    public void Tensors_have_their_shapes_and_bytes()
    {
        Assert.Equal(["f32", "q8_0", "f16"], _file.Tensors.Select(tensor => tensor.Name));
        GgufTensor tensor = _file.GetTensor("q8_0");
        Assert.Equal([64, 1, 2], tensor.Shape);
        Assert.Equal((2, 128, 136), (tensor.Rows, tensor.Elements, tensor.ByteLength));
        byte[] bytes = new byte[100];
        tensor.Read(36, bytes);
        Assert.Equal(GgufSample.Data(136)[36..], bytes);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 25)]
    [InlineData(24, 1)]
    [InlineData(long.MaxValue, 1)]
    public void Reading_beyond_a_tensor_is_refused(long offset, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.GetTensor("f32").Read(offset, new byte[count]));

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Assert.False(_file.TryGetTensor("none", out _));
        Assert.Equal("none", Assert.Throws<ModelFormatException>(() => _file.GetTensor("none")).Item);
    }

    [Fact]
    public void Version_2_opens()
    {
        using GgufFile file = GgufFile.Open(GgufBytes.Header(0, 0, version: 2).ToArray(), "v2");
        Assert.Equal(2u, file.Version);
    }

    [Fact]
    public void An_alignment_of_the_file_is_heeded()
    {
        byte[] bytes = GgufBytes.Header(2, 1).Key("general.alignment", GgufValueType.UInt32, 8, 0, 0, 0)
            .Tensor("a", 0, 0, 1).Tensor("b", 0, 8, 1).Pad(8).Data(12).ToArray();
        using GgufFile file = GgufFile.Open(bytes, "aligned");
        byte[] data = new byte[4];
        file.GetTensor("b").Read(0, data);
        Assert.Equal([8, 9, 10, 11], data);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_on_disk_reads_alike_from_many_threads(bool mapped)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.gguf"], GgufSample.Bytes);
        using GgufFile file = GgufFile.Open(folder["m.gguf"], new GgufOpenOptions { Mapped = mapped });
        GgufTensor tensor = file.GetTensor("q8_0");
        Parallel.For(0, 136, i =>
        {
            byte[] one = new byte[1];
            tensor.Read(i, one);
            Assert.Equal(i, one[0]);
        });
        Assert.Equal(GgufSample.Bytes.Length, file.FileBytes);
        Assert.Equal([folder["m.gguf"]], file.Parts);
        Assert.Equal(mapped, tensor.Address != 0);
        unsafe
        {
            if (mapped) Assert.Equal(GgufSample.Data(136), new ReadOnlySpan<byte>((void*)tensor.Address, 136));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_closed_file_has_no_addresses_and_may_be_closed_again(bool mapped)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.gguf"], GgufSample.Bytes);
        GgufFile file = GgufFile.Open(folder["m.gguf"], new GgufOpenOptions { Mapped = mapped });
        file.Dispose();
        file.Dispose();
        Assert.All(file.Tensors, tensor => Assert.Equal(0, tensor.Address));
        Assert.Throws<ObjectDisposedException>(() => file.Tensors[0].Read(0, new byte[1]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_after_opening_is_found_out_by_reading(bool mapped)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.gguf"], GgufSample.Bytes);
        using GgufFile file = GgufFile.Open(folder["m.gguf"], new GgufOpenOptions { Mapped = mapped });
        using (var stream = new FileStream(folder["m.gguf"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(file.GetTensor("q8_0").Offset + 10);
        var e = Assert.Throws<ModelFormatException>(() => file.GetTensor("q8_0").Read(0, new byte[136]));
        Assert.Equal((folder["m.gguf"], "q8_0"), (e.File, e.Item));
    }
}
