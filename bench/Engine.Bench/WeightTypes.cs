using Engine.Formats;
using Engine.Quantization.Synthetic;

namespace Engine.Bench;

/// <summary>The types that weights come in, and random weights of each.</summary>
internal static class WeightTypes
{
    /// <summary>Every type of weights; not the two forms of activations.</summary>
    public static IReadOnlyList<QuantType> All { get; } =
        [.. QuantTypes.All.Where(info => info.CanDecode && info.Type is not (QuantType.Q8_1 or QuantType.Q8_K)).Select(info => info.Type)];

    /// <summary>A random matrix that lies in memory, so that loading it is not timed together with making it.</summary>
    public static ITensorData Random(QuantType type, int rows, int columns)
    {
        var tensor = new RandomTensor(type.ToString(), QuantTypes.Get(type), rows, columns, seed: 1);
        byte[] bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return new MemoryTensor(tensor.Name, bytes);
    }
}
