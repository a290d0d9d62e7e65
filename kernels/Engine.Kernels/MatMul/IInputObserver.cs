namespace Engine.Kernels;

/// <summary>
/// Watches what goes into a <see cref="Linear"/>: statistics of activations that quantizers need (importance matrix, GPTQ, AWQ, SmoothQuant).
/// </summary>
public interface IInputObserver
{
    /// <summary>
    /// Takes the inputs of one product. Called on the thread that computes the forward pass, once per product and before it; rows come in
    /// the order of the batch, an expert's as those of the tokens routed to it, ascending.
    /// </summary>
    /// <param name="input">One row per token, F32 and not quantized; valid during the call and not to be written to.</param>
    void Observe(Activation input);
}
