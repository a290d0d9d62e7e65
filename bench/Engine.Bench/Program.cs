using BenchmarkDotNet.Running;
using Engine.Bench;

// "lab" prints throughput in a few seconds, on a loaded machine too (it takes the best of many short runs); anything else goes to
// BenchmarkDotNet.
if (args is ["lab", ..]) Lab.Run(args[1..]);
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
