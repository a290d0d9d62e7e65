namespace Engine.Quantization.Ptq;

/// <summary>How far a range goes.</summary>
public enum RangeCalibration
{
    /// <summary>From the smallest value to the largest: nothing saturates.</summary>
    MinMax,

    /// <summary>Over all but a small share of the values; those outside saturate.</summary>
    Percentile,

    /// <summary>As far as makes the mean squared error smallest.</summary>
    Mse,

    /// <summary>As far as keeps most of the distribution's information (Kullback-Leibler, Migacz 2017).</summary>
    Entropy,
}
