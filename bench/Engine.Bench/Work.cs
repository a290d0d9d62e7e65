namespace Engine.Bench;

/// <summary>What one operation of a benchmark does.</summary>
/// <param name="Macs">Multiply-adds; 0 where none are meant.</param>
/// <param name="Bytes">Bytes of weights read.</param>
/// <param name="Threads">Threads that share it.</param>
internal readonly record struct Work(double Macs, double Bytes, int Threads);
