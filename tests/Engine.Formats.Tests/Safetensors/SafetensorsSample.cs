using System.Buffers.Binary;
using System.Text;

namespace Engine.Formats.Tests.Safetensors;

/// <summary>Safetensors files put together by hand: a length in 8 bytes, JSON, data bytes 0, 1, 2, ...</summary>
internal static class SafetensorsSample
{
    /// <summary>A valid header for 60 bytes of data, not in the data's order, with a scalar and an empty tensor.</summary>
    public const string Json = """
        {"__metadata__":{"format":"pt","note":"a \u00e9"},
         "b":{"dtype":"F32","shape":[2,3],"data_offsets":[16,40]},
         "a":{"dtype":"BF16","shape":[8],"data_offsets":[0,16]},
         "scalar":{"dtype":"I64","shape":[],"data_offsets":[40,48]},
         "empty":{"dtype":"U8","shape":[3,0],"data_offsets":[48,48]},
         "codes":{"dtype":"F4","shape":[3,8],"data_offsets":[48,60]}}
        """;

    public static readonly byte[] Bytes = Make(Json, 60);

    public static byte[] Make(string json, int dataLength) => Make(Encoding.UTF8.GetBytes(json), dataLength);

    public static byte[] Make(byte[] json, int dataLength)
    {
        byte[] file = new byte[sizeof(ulong) + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, sizeof(ulong));
        for (int i = 0; i < dataLength; i++) file[sizeof(ulong) + json.Length + i] = (byte)i;
        return file;
    }
}
