namespace Engine.Cli.Output;

/// <summary>What loading a model took, in words.</summary>
internal static class LoadText
{
    /// <summary>The whole time, and how much of it the threads spent on reading and on repacking.</summary>
    public static string Of(TimeSpan load, Model model)
    {
        string reading = Units.Time(model.Loading.Reading / model.Options.Threads);
        string repacking = model.Options.Repack
            ? $"repacking {Units.Time(model.Loading.Repacking / model.Options.Threads)}"
            : "not repacked";
        return $"{Units.Time(load)}: {(model.Options.Mapped ? "checking" : "reading")} {reading}, {repacking}; "
            + $"{Units.Bytes(model.Loading.Bytes)} read, {Units.Bytes(model.WeightBytes)} in memory";
    }
}
