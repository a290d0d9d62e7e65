namespace Engine.Formats.Checkpoints;

/// <summary>One quantized checkpoint: finds the weights of its modules. Safe to use from many threads at once.</summary>
public interface IWeightCodec
{
    /// <summary>What the checkpoint is, for people: "GPTQ, 4 bit, groups of 128".</summary>
    string Description { get; }

    /// <summary>
    /// The weights of a module; null where the checkpoint keeps them as a plain tensor NAME.weight, as it does with modules that were left
    /// out of quantizing. Checks that the module's tensors are all there and have the right types and shapes, before anything large is read.
    /// </summary>
    /// <param name="module">
    /// Name of the module without ".weight". For a parameter that is a stack of experts by itself, the parameter's name
    /// (model.layers.0.mlp.experts.gate_up_proj).
    /// </param>
    /// <exception cref="ModelFormatException">A tensor is missing, or has another type or shape than the format says.</exception>
    IWeightSource? Find(string module);
}
