using BenchmarkDotNet.Running;
using Engine.Bench;

// "lab" prints throughput in a few seconds, on a loaded machine too (it takes the best of many short runs); anything else goes to
// BenchmarkDotNet.
if (args is ["lab", ..]) return LabRun.Run(args.AsSpan(1));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, new RateConfig());
return 0;
