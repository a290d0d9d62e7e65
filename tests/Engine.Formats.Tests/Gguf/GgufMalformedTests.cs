using System.Diagnostics;
using Engine.Formats.Gguf;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Gguf;

public class GgufMalformedTests
{
    [Fact]
    public void A_file_cut_at_any_section_boundary_is_refused()
    {
        byte[] file = GgufSample.Bytes;
        foreach (int length in GgufSample.Boundaries.Order())
        {
            if (length < file.Length) Refused(file[..length], null);
            if (length > 0) Refused(file[..(length - 1)], null);
        }
        Assert.Equal(10, GgufSample.Boundaries.Distinct().Count());
    }

    [Fact]
    public void An_empty_file_is_refused() => Refused([], "header");

    [Fact]
    public void A_wrong_magic_is_shown() =>
        Assert.Contains("504b0304", Refused([0x50, 0x4B, 3, 4, .. new byte[60]], "header").Found, StringComparison.Ordinal);

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(4u)]
    [InlineData(0xFFFFFFFFu)]
    public void An_unknown_version_is_refused(uint version) =>
        Assert.Equal($"version {version}", Refused(GgufBytes.Header(0, 0, version), "header").Found);

    [Theory]
    [InlineData(0x02000000u)]
    [InlineData(0x03000000u)]
    public void A_big_endian_file_is_called_so(uint version) =>
        Assert.Contains("big-endian", Refused(GgufBytes.Header(0, 0, version), "header").Found, StringComparison.Ordinal);

    [Theory]
    [InlineData(1ul)]
    [InlineData(uint.MaxValue)]
    [InlineData(1ul << 40)]
    [InlineData(1ul << 63)]
    [InlineData(ulong.MaxValue)]
    public void Counts_that_the_file_cannot_hold_are_refused(ulong count)
    {
        Refused(GgufBytes.Header(count, 0), "header");
        Refused(GgufBytes.Header(0, count), "header");
        foreach (GgufValueType type in Enum.GetValues<GgufValueType>())
            Refused(GgufBytes.Header(0, 1).ArrayKey("k", type, count), "k");
        Refused(GgufBytes.Header(0, 1).Text("k").U32(8).U64(count), "k");
        Refused(GgufBytes.Header(0, 1).U64(count + 100).Raw(new byte[60]), "metadata key 0");
        Refused(GgufBytes.Header(1, 0).U64(count + 100).Raw(new byte[60]), "tensor 0");
    }

    [Fact]
    public void Names_must_be_utf8_and_not_empty()
    {
        Refused(GgufBytes.Header(0, 1).Key("", GgufValueType.UInt64, new byte[8]), "metadata key 0");
        Refused(GgufBytes.Header(0, 1).U64(2).Raw([0xC3, 0x28]).U32(0).Raw([1]), "metadata key 0");
        Refused(GgufBytes.Header(1, 0).Tensor("", 0, 0, 1, 1), "tensor 0");
        Refused(GgufBytes.Header(0, 1).Key(new string('k', 65536), GgufValueType.UInt8, 1), "metadata key 0");
    }

    [Fact]
    public void A_key_twice_is_refused() =>
        Refused(GgufBytes.Header(0, 2).Key("same", GgufValueType.UInt8, 1).Key("same", GgufValueType.UInt8, 1), "same");

    [Fact]
    public void A_tensor_twice_is_refused() =>
        Refused(GgufBytes.Header(2, 0).Tensor("same", 0, 0, 1).Tensor("same", 0, 32, 1).Pad().Data(36), "same");

    [Theory]
    [InlineData(13u)]
    [InlineData(0x80000000u)]
    public void An_unknown_value_type_is_refused(uint type)
    {
        Refused(GgufBytes.Header(0, 1).Text("k").U32(type).Raw(new byte[32]), "k");
        Refused(GgufBytes.Header(0, 1).ArrayKey("k", (GgufValueType)type, 1, new byte[32]), "k");
    }

    [Theory]
    [InlineData(4u)]
    [InlineData(31u)]
    [InlineData(36u)]
    [InlineData(1000u)]
    [InlineData(uint.MaxValue)]
    public void An_unknown_tensor_type_is_refused(uint type) =>
        Assert.Equal($"tensor type {type}", Refused(GgufBytes.Header(1, 0).Tensor("t", type, 0, 32).Pad().Data(256), "t").Found);

    [Fact]
    public void A_boolean_of_2_is_refused()
    {
        Refused(GgufBytes.Header(0, 1).Key("k", GgufValueType.Bool, 2).Raw(new byte[8]), "k");
        Refused(GgufBytes.Header(0, 1).ArrayKey("k", GgufValueType.Bool, 3, 0, 1, 255), "k");
    }

    [Fact]
    public void Arrays_nested_without_end_are_refused()
    {
        GgufBytes file = GgufBytes.Header(0, 1).Text("k").U32(9);
        for (int i = 0; i < 100_000; i++) file.U32(9).U64(1);
        Refused(file, "k");
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    [InlineData(24u)]
    [InlineData(0xFFFFFFFFu)]
    public void An_alignment_that_is_no_power_of_two_is_refused(uint alignment) =>
        Refused(
            GgufBytes.Header(1, 1).Key("general.alignment", GgufValueType.UInt32, BitConverter.GetBytes(alignment)).Tensor("t", 0, 0, 1)
                .Pad(8).Data(64),
            "general.alignment");

    [Fact]
    public void An_alignment_that_is_no_number_is_refused() =>
        Refused(GgufBytes.Header(0, 1).Text("general.alignment").U32(8).Text("32"), "general.alignment");

    [Fact]
    public void A_shape_has_1_to_4_axes_and_no_empty_one()
    {
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0).Pad().Data(64), "t");
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0, 1, 1, 1, 1, 1).Pad().Data(64), "t");
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0, 4, 0).Pad().Data(64), "t");
        Refused(GgufBytes.Header(1, 0).Text("t").U32(uint.MaxValue).Raw(new byte[64]), "t");
    }

    [Fact]
    public void A_shape_whose_size_overflows_is_refused()
    {
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0, 1ul << 63).Pad().Data(64), "t");
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0, 1ul << 62).Pad().Data(64), "t");
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0, 1ul << 32, 1ul << 32).Pad().Data(64), "t");
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0, 1ul << 62, 1ul << 62, 1ul << 62, 1ul << 62).Pad().Data(64), "t");
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, 0, 1ul << 16, 1ul << 16, 1ul << 16, 1ul << 16).Pad().Data(64), "t");
    }

    [Theory]
    [InlineData(2u, 16ul)]
    [InlineData(8u, 33ul)]
    [InlineData(12u, 576ul)]
    public void Rows_that_are_no_whole_blocks_are_refused(uint type, ulong columns) =>
        Assert.Contains($"rows of {columns}", Refused(GgufBytes.Header(1, 0).Tensor("t", type, 0, columns, 32).Pad().Data(99999), "t").Found);

    [Theory]
    [InlineData(1ul)]
    [InlineData(16ul)]
    [InlineData(33ul)]
    public void A_misaligned_tensor_is_refused(ulong offset) =>
        Assert.Contains("multiple of 32", Refused(GgufBytes.Header(1, 0).Tensor("t", 0, offset, 4).Pad().Data(256), "t").Expected);

    [Theory]
    [InlineData(64ul)]
    [InlineData(1ul << 40)]
    [InlineData(ulong.MaxValue - 31)]
    public void A_tensor_outside_the_file_is_refused(ulong offset) =>
        Refused(GgufBytes.Header(1, 0).Tensor("t", 0, offset, 4).Pad().Data(79), "t");

    [Theory]
    [InlineData(0ul, 0ul)]
    [InlineData(0ul, 32ul)]
    [InlineData(32ul, 0ul)]
    public void Overlapping_tensors_are_refused(ulong first, ulong second) =>
        Refused(GgufBytes.Header(2, 0).Tensor("a", 0, first, 16).Tensor("b", 0, second, 16).Pad().Data(256), null);

    [Fact]
    public void Tensors_out_of_order_and_with_gaps_open()
    {
        byte[] file = GgufBytes.Header(2, 0).Tensor("a", 0, 128, 8).Tensor("b", 0, 32, 8).Pad().Data(160).ToArray();
        Assert.Equal(2, GgufFile.Open(file, "gaps").Tensors.Count);
    }

    [Fact]
    public void A_tensor_that_ends_one_byte_behind_the_file_is_refused()
    {
        byte[] file = GgufBytes.Header(1, 0).Tensor("t", 0, 32, 4).Pad().Data(48).ToArray();
        GgufFile.Open(file, "whole").Dispose();
        Refused(file[..^1], "t");
    }

    [Fact]
    public void A_missing_path_and_a_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        var missing = Assert.Throws<ModelFormatException>(() => GgufFile.Open(folder["none.gguf"]));
        Assert.Equal((folder["none.gguf"], "no such file"), (missing.File, missing.Found));
        var directory = Assert.Throws<ModelFormatException>(() => GgufFile.Open(folder.Path));
        Assert.Equal((folder.Path, "a folder"), (directory.File, directory.Found));
        Assert.Throws<ModelFormatException>(() => GgufFile.Open(folder["none/none.gguf"]));
        Assert.Throws<ModelFormatException>(() => GgufFile.Open(""));
        Assert.Throws<ModelFormatException>(() => GgufFile.Open("a\0b"));
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero")]
    public void A_device_is_refused(string path) => Assert.Equal(path, Assert.Throws<ModelFormatException>(() => GgufFile.Open(path)).File);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_file_on_disk_is_refused(bool mapped)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.gguf"], []);
        Assert.Throws<ModelFormatException>(() => GgufFile.Open(folder["m.gguf"], new GgufOpenOptions { Mapped = mapped }));
    }

    [Fact]
    public void A_hundred_thousand_keys_or_tensors_take_no_quadratic_time()
    {
        const int Count = 100_000;
        GgufBytes file = GgufBytes.Header(Count, Count);
        for (int i = 0; i < Count; i++) file.Key($"key{i}", GgufValueType.UInt8, 1);
        for (int i = 0; i < Count; i++) file.Tensor($"tensor{i}", 24, (ulong)i * 32, 1);
        byte[] bytes = file.Pad().Raw(new byte[Count * 32]).ToArray();
        var watch = Stopwatch.StartNew();
        Assert.Equal(Count, GgufFile.Open(bytes, "many").Tensors.Count);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void A_long_name_is_cut_in_the_message()
    {
        ModelFormatException e = Refused(GgufBytes.Header(0, 1).Key(new string('\n', 60000), (GgufValueType)99), new string('\n', 60000));
        Assert.InRange(e.Message.Length, 100, 300);
        Assert.DoesNotContain('\n', e.Message);
    }

    private static ModelFormatException Refused(GgufBytes file, string? item) => Refused(file.ToArray(), item);

    private static ModelFormatException Refused(byte[] file, string? item)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<ModelFormatException>(() => GgufFile.Open(file, "bad.gguf"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (256 << 10) + 4L * file.Length);
        Assert.Equal("bad.gguf", e.File);
        if (item is not null) Assert.Equal(item, e.Item);
        return e;
    }
}
