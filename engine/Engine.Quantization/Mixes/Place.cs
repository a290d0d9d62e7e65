namespace Engine.Quantization.Mixes;

/// <summary>Which layers a rule holds for; divisions are of integers, as in llama.cpp.</summary>
internal enum Place
{
    Everywhere,
    FirstTwo,
    FirstFour,
    FirstSixteenth,
    FirstEighth,

    /// <summary>Neither the first nor the last eighth.</summary>
    Middle,

    /// <summary>The first and the last eighth and every third layer between them.</summary>
    MoreBits,
}

/// <summary>Decides whether a layer lies in a place.</summary>
internal static class Places
{
    /// <param name="place">The place.</param>
    /// <param name="layer">Number of the layer, from 0.</param>
    /// <param name="count">Number of layers.</param>
    public static bool Contains(this Place place, int layer, int count) => place switch
    {
        Place.FirstTwo => layer < 2,
        Place.FirstFour => layer < 4,
        Place.FirstSixteenth => layer < count / 16,
        Place.FirstEighth => layer < count / 8,
        Place.Middle => layer >= count / 8 && layer < 7 * count / 8,
        Place.MoreBits => layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2,
        _ => true,
    };
}
