namespace Engine.Bench;

/// <summary>Something that the lab can measure.</summary>
/// <param name="Name">Its name: group and what ("product/Q4_K").</param>
/// <param name="Run">Measures it with so many threads.</param>
internal sealed record LabEntry(string Name, Func<int, IEnumerable<LabRow>> Run);
