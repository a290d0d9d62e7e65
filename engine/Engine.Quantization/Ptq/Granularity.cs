namespace Engine.Quantization.Ptq;

/// <summary>Which values share a range.</summary>
public enum Granularity
{
    /// <summary>All of them.</summary>
    Tensor,

    /// <summary>Those of a row of weights: one output.</summary>
    Channel,

    /// <summary>Some values of a row that follow each other.</summary>
    Group,

    /// <summary>Those of a row of activations: one token.</summary>
    Token,
}
