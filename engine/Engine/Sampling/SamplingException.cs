namespace Engine.Sampling;

/// <summary>Logits from which no token can be chosen: one is NaN or +infinity, or every one is -infinity.</summary>
public sealed class SamplingException : Exception
{
    /// <summary>Creates the exception with what was found.</summary>
    public SamplingException(string message)
        : base(message)
    {
    }
}
