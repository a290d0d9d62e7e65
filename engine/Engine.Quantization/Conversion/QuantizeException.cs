namespace Engine.Quantization.Conversion;

/// <summary>A model cannot be quantized as asked; the message names the tensor and says what would help.</summary>
public sealed class QuantizeException(string message) : Exception(message);
