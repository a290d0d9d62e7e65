using Engine.Formats;

namespace Engine.Quantization.Budget;

/// <summary>The relative error of a tensor in a type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Error">Energy of the error as a share of the output's energy: about 1e-3 for five bits.</param>
public readonly record struct TypeError(QuantType Type, double Error);

/// <summary>What quantizing one tensor costs.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Slope">
/// Mean KL divergence of the model's predictions, in nats, per unit of the tensor's relative error; measured with this tensor alone
/// quantized.
/// </param>
/// <param name="Errors">Its errors in the types that it can take, the smallest type first.</param>
public sealed record TensorSensitivity(string Name, double Slope, IReadOnlyList<TypeError> Errors)
{
    /// <summary>The same with fewer types to choose from.</summary>
    public TensorSensitivity Only(IReadOnlyCollection<QuantType> types) =>
        this with { Errors = [.. Errors.Where(error => types.Contains(error.Type))] };
}
