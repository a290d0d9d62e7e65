using Engine.Formats;

namespace Engine.Quantization.Mixes;

/// <summary>One line of a mix: tensors of a role, in a place, under a condition, take a type.</summary>
/// <param name="Role">The role; null for any.</param>
/// <param name="Type">The type.</param>
/// <param name="When">What must hold.</param>
/// <param name="Place">In which layers.</param>
internal sealed record MixRule(TensorRole? Role, QuantType Type, Condition When = Condition.None, Place Place = Place.Everywhere);
