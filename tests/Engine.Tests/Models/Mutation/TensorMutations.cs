using System.Runtime.InteropServices;
using Engine.Formats;

namespace Engine.Tests.Models;

/// <summary>Changes of tensors: gone, under another name, of another shape or type, and with numbers that are none.</summary>
internal static class TensorMutations
{
    public static IEnumerable<Mutation> All(MutableModel model)
    {
        foreach (MutableModel.Tensor tensor in model.Tensors)
        {
            yield return new($"without {tensor.Name}", m => m.Replace(tensor.Name, null));
            yield return Replace(tensor, "renamed", tensor with { Name = tensor.Name + "x" });
            foreach (Mutation mutation in Shapes(tensor).Concat(Types(tensor)).Concat(Contents(tensor))) yield return mutation;
        }
        yield return new("no tensors", m => m.Tensors.Clear());
        foreach (float value in new[] { 0f, 1e-42f, 1e19f, float.MaxValue })
        {
            yield return new($"all weights {value}", m =>
            {
                for (int i = 0; i < m.Tensors.Count; i++) m.Tensors[i] = m.Tensors[i] with { Data = Filled(m.Tensors[i], _ => value) };
            });
        }
    }

    private static Mutation Replace(MutableModel.Tensor tensor, string what, MutableModel.Tensor other) =>
        new($"{tensor.Name} {what}", m => m.Replace(tensor.Name, other));

    private static IEnumerable<Mutation> Shapes(MutableModel.Tensor tensor)
    {
        long[] shape = tensor.Shape;
        long elements = tensor.Data.Length / sizeof(float);
        long[][] shapes =
        [
            [elements], [1, elements], [elements, 1], [.. shape, 1], [1, .. shape], [.. shape.Reverse()],
            [.. shape[..^1], 1], [.. shape[..^1], shape[^1] - 1], [.. shape[..^1], shape[^1] + 1], [.. shape[..^1], shape[^1] * 2],
            [.. shape[..^1], (shape[^1] + 1) / 2], [shape[0] + 1, .. shape[1..]], [1], [1, 1, 1, 1],
        ];
        foreach (long[] other in shapes)
        {
            if (other.Length > 4 || other.SequenceEqual(shape)) continue;
            var data = new byte[other.Aggregate(1L, (product, length) => product * length) * sizeof(float)];
            tensor.Data.AsSpan(0, Math.Min(data.Length, tensor.Data.Length)).CopyTo(data);
            yield return Replace(tensor, $"of shape [{string.Join(", ", other)}]", tensor with { Shape = other, Data = data });
        }
    }

    private static IEnumerable<Mutation> Types(MutableModel.Tensor tensor)
    {
        foreach (QuantTypeInfo type in QuantTypes.All)
        {
            if (tensor.Shape[0] % type.BlockElements != 0 || type.Type == tensor.Type) continue;
            long rows = tensor.Data.Length / sizeof(float) / tensor.Shape[0];
            var data = new byte[type.RowBytes(tensor.Shape[0]) * rows];
            yield return Replace(tensor, $"as {type.Name} of zeros", tensor with { Type = type.Type, Data = data });
            byte[] random = (byte[])data.Clone();
            new Random(data.Length).NextBytes(random);
            yield return Replace(tensor, $"as {type.Name} of random bits", tensor with { Type = type.Type, Data = random });
        }
    }

    private static IEnumerable<Mutation> Contents(MutableModel.Tensor tensor)
    {
        float[] last = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue];
        foreach (float value in last)
        {
            byte[] data = (byte[])tensor.Data.Clone();
            MemoryMarshal.Write(data.AsSpan(data.Length - sizeof(float)), value);
            yield return Replace(tensor, $"that ends with {value}", tensor with { Data = data });
        }
        foreach (float value in new[] { 0f, -1f, float.Epsilon, 1e-38f, float.MaxValue, -1e30f })
            yield return Replace(tensor, $"filled with {value}", tensor with { Data = Filled(tensor, _ => value) });
        byte[] huge = Filled(tensor, i => i % 2 == 0 ? 3e38f : -3e38f);
        yield return Replace(tensor, "with huge values of both signs", tensor with { Data = huge });
    }

    private static byte[] Filled(MutableModel.Tensor tensor, Func<int, float> value)
    {
        var data = new byte[tensor.Data.Length];
        Span<float> numbers = MemoryMarshal.Cast<byte, float>(data.AsSpan());
        for (int i = 0; i < numbers.Length; i++) numbers[i] = value(i);
        return data;
    }
}
