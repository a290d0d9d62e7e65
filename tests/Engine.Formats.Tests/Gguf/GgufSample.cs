using Engine.Formats.Gguf;

namespace Engine.Formats.Tests.Gguf;

/// <summary>A small valid file with every value type and three tensors, made by hand, and the same content for the writer.</summary>
internal static class GgufSample
{
    /// <summary>Where sections of the file end: header, first key, last key, first description, descriptions, padding, tensors.</summary>
    public static readonly List<int> Boundaries = [];

    public static readonly byte[] Bytes = Make();

    public static GgufWriter Writer()
    {
        var writer = new GgufWriter();
        writer.Add("general.architecture", GgufValue.Of("tiny"));
        writer.Add("a.u8", GgufValue.Of((byte)200));
        writer.Add("a.i8", GgufValue.Of((sbyte)-2));
        writer.Add("a.u16", GgufValue.Of((ushort)0xFFFE));
        writer.Add("a.i16", GgufValue.Of((short)-3));
        writer.Add("a.u32", GgufValue.Of(0xFFFFFFFD));
        writer.Add("a.i32", GgufValue.Of(-4));
        writer.Add("a.f32", GgufValue.Of(1.5f));
        writer.Add("a.bool", GgufValue.Of(true));
        writer.Add("a.u64", GgufValue.Of(0xFFFFFFFFFFFFFFFC));
        writer.Add("a.i64", GgufValue.Of(-5L));
        writer.Add("a.f64", GgufValue.Of(-2.5));
        writer.Add("a.raw", GgufValue.OfUtf8([0xFF, 0x41]));
        writer.Add("b.i32", GgufValue.Of(new[] { 1, -1 }));
        writer.Add("b.bool", GgufValue.Of(new[] { false, true, true }));
        writer.Add("b.text", GgufValue.Of(["ab", "", "\u00e9"]));
        writer.Add("b.nested", GgufValue.OfArrays([GgufValue.Of(new byte[] { 7, 8 }), GgufValue.Of(["x"])]));
        writer.Add("b.empty", GgufValue.Of(Array.Empty<float>()));
        writer.AddTensor("f32", QuantTypes.Get(QuantType.F32), [3, 2], Data(24));
        writer.AddTensor("q8_0", QuantTypes.Get(QuantType.Q8_0), [64, 1, 2], Data(136));
        writer.AddTensor("f16", QuantTypes.Get(QuantType.F16), [5], Data(10));
        return writer;
    }

    public static byte[] Data(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];

    private static byte[] Make()
    {
        GgufBytes file = Section(GgufBytes.Header(tensors: 3, keys: 18));
        Section(file.Text("general.architecture").U32(8).Text("tiny"));
        Section(file.Key("a.u8", GgufValueType.UInt8, 200));
        file.Key("a.i8", GgufValueType.Int8, 0xFE);
        file.Key("a.u16", GgufValueType.UInt16, 0xFE, 0xFF);
        file.Key("a.i16", GgufValueType.Int16, 0xFD, 0xFF);
        file.Key("a.u32", GgufValueType.UInt32, 0xFD, 0xFF, 0xFF, 0xFF);
        file.Key("a.i32", GgufValueType.Int32, 0xFC, 0xFF, 0xFF, 0xFF);
        file.Key("a.f32", GgufValueType.Float32, 0, 0, 0xC0, 0x3F);
        file.Key("a.bool", GgufValueType.Bool, 1);
        file.Key("a.u64", GgufValueType.UInt64, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
        file.Key("a.i64", GgufValueType.Int64, 0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF);
        file.Key("a.f64", GgufValueType.Float64, 0, 0, 0, 0, 0, 0, 0x04, 0xC0);
        file.Key("a.raw", GgufValueType.String, 2, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0x41);
        Section(file.ArrayKey("b.i32", GgufValueType.Int32, 2, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF));
        file.ArrayKey("b.bool", GgufValueType.Bool, 3, 0, 1, 1);
        file.ArrayKey("b.text", GgufValueType.String, 3).Text("ab").Text("").Text("\u00e9");
        file.ArrayKey("b.nested", GgufValueType.Array, 2).U32(0).U64(2).Raw([7, 8]).U32(8).U64(1).Text("x");
        Section(file.ArrayKey("b.empty", GgufValueType.Float32, 0));
        Section(file.Tensor("f32", 0, 0, 3, 2));
        file.Tensor("q8_0", 8, 32, 64, 1, 2);
        Section(file.Tensor("f16", 1, 192, 5));
        Section(file.Pad());
        Section(file.Data(24));
        Section(file.Pad().Data(136));
        return file.Pad().Data(10).Pad().ToArray();
    }

    private static GgufBytes Section(GgufBytes file)
    {
        Boundaries.Add(file.Length);
        return file;
    }
}
