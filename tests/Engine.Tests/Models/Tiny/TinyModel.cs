using System.Runtime.InteropServices;
using Engine.Formats;
using Engine.Formats.Gguf;

namespace Engine.Tests.Models;

/// <summary>
/// A model of a few thousand random weights, made here and nowhere else, in the tensors and keys that GGUF gives its architecture. Norm
/// weights are 0.5 to 1.5, matrices of about 1.3 / √inputs, so that every part of the model shows in the logits.
/// </summary>
internal sealed class TinyModel(string architecture)
{
    private readonly Random _random = new(17);
    private readonly List<(string Key, GgufValue Value)> _keys = [("general.architecture", GgufValue.Of(architecture))];

    public string Architecture => architecture;

    /// <summary>All tensors: shape in GGML's order, and values.</summary>
    public Dictionary<string, (long[] Shape, float[] Values)> Tensors { get; } = [];

    public float[] this[string tensor] => Tensors[tensor].Values;

    public bool Has(string tensor) => Tensors.ContainsKey(tensor);

    public TinyModel Key<T>(string key, T value) where T : unmanaged => Raw($"{architecture}.{key}", GgufValue.Of(value));

    public TinyModel Key<T>(string key, T[] values) where T : unmanaged => Raw($"{architecture}.{key}", GgufValue.Of(values));

    public TinyModel Key(string key, string value) => Raw($"{architecture}.{key}", GgufValue.Of(value));

    /// <summary>Sets a key under its full name.</summary>
    public TinyModel Raw(string key, GgufValue value)
    {
        _keys.RemoveAll(pair => pair.Key == key);
        _keys.Add((key, value));
        return this;
    }

    public TinyModel Without(string key)
    {
        _keys.RemoveAll(pair => pair.Key == $"{architecture}.{key}");
        return this;
    }

    /// <summary>A matrix (row length first) or a stack of matrices.</summary>
    public TinyModel Matrix(string name, params long[] shape) => Add(name, shape, () => Normal() * 1.3f / MathF.Sqrt(shape[0]));

    /// <summary>A bias: small values around zero.</summary>
    public TinyModel Bias(string name, params long[] shape) => Add(name, shape, () => Normal() * 0.3f);

    /// <summary>Factors around 1.</summary>
    public TinyModel Factors(string name, params long[] shape) => Add(name, shape, () => 0.5f + _random.NextSingle());

    public byte[] ToFile()
    {
        var writer = new GgufWriter();
        foreach ((string key, GgufValue value) in _keys) writer.Add(key, value);
        foreach ((string name, (long[] shape, float[] values)) in Tensors)
        {
            writer.AddTensor(name, QuantTypes.Get(QuantType.F32), shape, MemoryMarshal.AsBytes<float>(values).ToArray());
        }
        using var stream = new MemoryStream();
        writer.Write(stream);
        return stream.ToArray();
    }

    public Model Load(ModelOptions? options = null) =>
        Model.Load(GgufFile.Open(ToFile(), architecture), options ?? new ModelOptions { Exact = true, Threads = 1 });

    private TinyModel Add(string name, long[] shape, Func<float> next)
    {
        var values = new float[shape.Aggregate(1L, (product, length) => product * length)];
        foreach (ref float value in values.AsSpan()) value = next();
        Tensors.Add(name, (shape, values));
        return this;
    }

    private float Normal() =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble()));
}
