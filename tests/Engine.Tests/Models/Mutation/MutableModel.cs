using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tests.Models;

/// <summary>A model file taken apart: keys and tensors can be changed and written as a well-formed file that makes no sense.</summary>
internal sealed class MutableModel
{
    public List<(string Key, GgufValue Value)> Keys { get; private init; } = [];

    public List<Tensor> Tensors { get; private init; } = [];

    public static MutableModel Read(byte[] content)
    {
        using GgufFile file = GgufFile.Open(content, "original");
        return new MutableModel
        {
            Keys = [.. file.Metadata.Select(pair => (pair.Key, pair.Value))],
            Tensors = [.. file.Tensors.Select(tensor => new Tensor(tensor.Name, tensor.Type.Type, [.. tensor.Shape], Bytes(tensor)))],
        };
    }

    public MutableModel Clone() => new() { Keys = [.. Keys], Tensors = [.. Tensors] };

    public void Set(string key, GgufValue value)
    {
        int index = Keys.FindIndex(pair => pair.Key == key);
        if (index < 0) Keys.Add((key, value));
        else Keys[index] = (key, value);
    }

    public void Remove(string key) => Keys.RemoveAll(pair => pair.Key == key);

    public void Replace(string name, Tensor? tensor)
    {
        int index = Tensors.FindIndex(one => one.Name == name);
        if (index < 0) return;
        Tensors.RemoveAt(index);
        if (tensor is not null) Tensors.Insert(index, tensor);
    }

    /// <summary>The file; null where a writer does not write it, so that no reader gets to see it.</summary>
    public byte[]? ToFile()
    {
        var writer = new GgufWriter();
        try
        {
            foreach ((string key, GgufValue value) in Keys) writer.Add(key, value);
            foreach (Tensor tensor in Tensors) writer.AddTensor(tensor.Name, QuantTypes.Get(tensor.Type), tensor.Shape, tensor.Data);
        }
        catch (ArgumentException)
        {
            return null;
        }
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    private static byte[] Bytes(GgufTensor tensor)
    {
        var bytes = new byte[tensor.ByteLength];
        tensor.Read(0, bytes);
        return bytes;
    }

    /// <summary>A tensor, shape in GGML's order.</summary>
    public sealed record Tensor(string Name, QuantType Type, long[] Shape, byte[] Data);
}

/// <summary>One change of a model, and what it is called.</summary>
internal sealed record Mutation(string Name, Action<MutableModel> Apply);
