using System.Globalization;
using Engine.Formats.Safetensors;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Safetensors;

public class SafetensorsMalformedTests
{
    [Fact]
    public void A_file_cut_at_any_section_boundary_is_refused()
    {
        int data = SafetensorsSample.Bytes.Length - 60;
        foreach (int length in (int[])[0, 7, 8, 9, data - 1, data, data + 16, data + 40, data + 48, data + 59])
            Refused(SafetensorsSample.Bytes[..length]);
    }

    [Fact]
    public void A_byte_behind_the_data_is_refused() => Assert.Equal("data section", Refused([.. SafetensorsSample.Bytes, 0]).Item);

    [Theory]
    [InlineData(0ul)]
    [InlineData(1000ul)]
    [InlineData(1ul << 32)]
    [InlineData(1ul << 63)]
    [InlineData(ulong.MaxValue)]
    public void An_absurd_header_length_is_refused(ulong length)
    {
        byte[] file = [.. SafetensorsSample.Bytes];
        BitConverter.TryWriteBytes(file, length);
        Assert.Equal("header", Refused(file).Item);
    }

    [Fact]
    public void A_header_beyond_100_megabytes_is_refused_before_it_is_read()
    {
        using var folder = new TemporaryFolder();
        string path = folder["sparse.safetensors"];
        using (var stream = new FileStream(path, FileMode.CreateNew))
        {
            stream.Write(BitConverter.GetBytes(100_000_001L));
            stream.SetLength(200_000_000);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ModelFormatException>(() => SafetensorsFile.Open(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" {}")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{}\0")]
    [InlineData("{,}")]
    [InlineData("{/**/}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"\\ud800\":{}}")]
    [InlineData("{\"__metadata__\":[]}")]
    [InlineData("{\"__metadata__\":{\"a\":1}}")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}")]
    public void Text_that_is_no_header_is_refused(string json) => Refused(SafetensorsSample.Make(json, 0));

    [Theory]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,8],"dtype":"F32"}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,8],"strides":[1]}""")]
    [InlineData("""{"dtype":"F32","shape":[2]}""")]
    [InlineData("""{"dtype":"F32","data_offsets":[0,8]}""")]
    [InlineData("""{"shape":[2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"f32","shape":[2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F33","shape":[2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":5,"shape":[2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[3],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":2,"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2e0],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[02],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[4294967296,4294967296,2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F4","shape":[15],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,4]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[8,0]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}""")]
    [InlineData("""{"dtype":"F32","shape":[1],"data_offsets":[4,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[3],"data_offsets":[0,12]}""")]
    public void A_wrong_description_is_refused_by_name(string description)
    {
        ModelFormatException e = Refused(SafetensorsSample.Make($$"""{"t":{{description}}}""", 8));
        Assert.Equal("t", e.Item);
    }

    [Theory]
    [InlineData(0, 8, 4, 12)]
    [InlineData(0, 4, 8, 12)]
    [InlineData(0, 8, 0, 8)]
    [InlineData(4, 8, 8, 12)]
    public void Overlaps_and_holes_are_refused(int begin1, int end1, int begin2, int end2)
    {
        string json = string.Create(CultureInfo.InvariantCulture, $$"""
            {"a":{"dtype":"U8","shape":[{{end1 - begin1}}],"data_offsets":[{{begin1}},{{end1}}]},
             "b":{"dtype":"U8","shape":[{{end2 - begin2}}],"data_offsets":[{{begin2}},{{end2}}]} }
            """);
        Refused(SafetensorsSample.Make(json, 12));
    }

    [Fact]
    public void A_tensor_twice_is_refused() =>
        Refused(SafetensorsSample.Make(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2));

    [Fact]
    public void Names_that_are_no_utf8_are_refused() =>
        Refused(SafetensorsSample.Make([.. "{\""u8, 0xC3, 0x28, .. "\":{}}"u8], 0));

    [Fact]
    public void Nesting_without_end_is_refused() =>
        Refused(SafetensorsSample.Make("{\"a\":" + new string('[', 1_000_000), 0));

    [Fact]
    public void A_missing_path_and_an_empty_folder_are_named()
    {
        using var folder = new TemporaryFolder();
        var missing = Assert.Throws<ModelFormatException>(() => SafetensorsFile.Open(folder["none.safetensors"]));
        Assert.Equal((folder["none.safetensors"], "no such file"), (missing.File, missing.Found));
        Assert.Equal(folder.Path, Assert.Throws<ModelFormatException>(() => SafetensorsFile.Open(folder.Path)).File);
    }

    private static ModelFormatException Refused(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<ModelFormatException>(() => SafetensorsFile.Open(file, "bad.safetensors"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (256 << 10) + 4L * file.Length);
        Assert.Equal("bad.safetensors", e.File);
        return e;
    }
}
