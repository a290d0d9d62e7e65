using Engine.Formats.Safetensors;
using Engine.Testing;
using Xunit;

namespace Engine.Formats.Tests.Safetensors;

public class SafetensorsReaderTests
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(SafetensorsSample.Bytes, "sample");

    [Fact]
    public void Tensors_have_their_types_shapes_and_bytes()
    {
        Assert.Equal(["b", "a", "scalar", "empty", "codes"], _file.Tensors.Select(tensor => tensor.Name));
        SafetensorsTensor tensor = _file.GetTensor("b");
        Assert.Equal((SafetensorsDType.F32, 6, 24), (tensor.DType, tensor.Elements, tensor.ByteLength));
        Assert.Equal([2, 3], tensor.Shape);
        byte[] bytes = new byte[20];
        tensor.Read(4, bytes);
        Assert.Equal(Enumerable.Range(20, 20).Select(i => (byte)i), bytes);
    }

    [Fact]
    public void A_scalar_has_one_element_and_an_empty_tensor_none()
    {
        Assert.Empty(_file.GetTensor("scalar").Shape);
        Assert.Equal((1, 8), (_file.GetTensor("scalar").Elements, _file.GetTensor("scalar").ByteLength));
        Assert.Equal((0, 0), (_file.GetTensor("empty").Elements, _file.GetTensor("empty").ByteLength));
        _file.GetTensor("empty").Read(0, []);
    }

    [Fact]
    public void Metadata_are_strings() =>
        Assert.Equal([("format", "pt"), ("note", "a \u00e9")], _file.Metadata.Select(pair => (pair.Key, pair.Value)));

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, 25)]
    [InlineData(24, 1)]
    [InlineData(long.MaxValue, 1)]
    public void Reading_beyond_a_tensor_is_refused(long offset, int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _file.GetTensor("b").Read(offset, new byte[count]));

    [Fact]
    public void A_missing_tensor_is_named()
    {
        Assert.False(_file.TryGetTensor("none", out _));
        Assert.Equal("none", Assert.Throws<ModelFormatException>(() => _file.GetTensor("none")).Item);
    }

    [Theory]
    [InlineData("BOOL", 8)]
    [InlineData("F4", 4)]
    [InlineData("F6_E2M3", 6)]
    [InlineData("F6_E3M2", 6)]
    [InlineData("U8", 8)]
    [InlineData("I8", 8)]
    [InlineData("F8_E5M2", 8)]
    [InlineData("F8_E4M3", 8)]
    [InlineData("F8_E8M0", 8)]
    [InlineData("F8_E4M3FNUZ", 8)]
    [InlineData("F8_E5M2FNUZ", 8)]
    [InlineData("I16", 16)]
    [InlineData("U16", 16)]
    [InlineData("F16", 16)]
    [InlineData("BF16", 16)]
    [InlineData("I32", 32)]
    [InlineData("U32", 32)]
    [InlineData("F32", 32)]
    [InlineData("C64", 64)]
    [InlineData("F64", 64)]
    [InlineData("I64", 64)]
    [InlineData("U64", 64)]
    public void Every_dtype_has_its_size(string name, int bits)
    {
        string json = $$"""{"t":{"dtype":"{{name}}","shape":[2,4],"data_offsets":[0,{{bits}}] } }""";
        SafetensorsTensor tensor = SafetensorsFile.Open(SafetensorsSample.Make(json, bits), name).GetTensor("t");
        Assert.Equal((name, bits), (tensor.DType.ToString(), tensor.DType.Bits()));
        Assert.Equal(22, Enum.GetValues<SafetensorsDType>().Length);
    }

    [Fact]
    public void A_file_without_tensors_and_a_padded_header_open()
    {
        Assert.Empty(SafetensorsFile.Open(SafetensorsSample.Make("{}", 0), "none").Tensors);
        Assert.Empty(SafetensorsFile.Open(SafetensorsSample.Make("{}      ", 0), "padded").Tensors);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_on_disk_reads_alike_and_a_cut_one_is_found_out(bool mapped)
    {
        using var folder = new TemporaryFolder();
        string path = folder["a.safetensors"];
        File.WriteAllBytes(path, SafetensorsSample.Bytes);
        using SafetensorsFile file = SafetensorsFile.Open(path, mapped);
        SafetensorsTensor tensor = file.GetTensor("codes");
        byte[] bytes = new byte[12];
        tensor.Read(0, bytes);
        Assert.Equal(Enumerable.Range(48, 12).Select(i => (byte)i), bytes);
        Assert.Equal(mapped, tensor.Address != 0);
        unsafe
        {
            if (mapped) Assert.Equal(bytes, new ReadOnlySpan<byte>((void*)tensor.Address, 12));
        }

        using (var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) stream.SetLength(stream.Length - 1);
        Assert.Equal("codes", Assert.Throws<ModelFormatException>(() => tensor.Read(0, bytes)).Item);
    }

    [Fact]
    public void Every_fixture_opens()
    {
        string[] files = Directory.GetFiles(SharedFiles.Require("fixtures"), "*.safetensors", SearchOption.AllDirectories);
        Assert.True(files.Length > 100);
        foreach (string path in files)
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            foreach (SafetensorsTensor tensor in file.Tensors) tensor.Read(0, new byte[tensor.ByteLength]);
        }
    }
}
