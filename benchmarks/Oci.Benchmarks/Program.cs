using BenchmarkDotNet.Running;
using Oci.Benchmarks.SideBySide;

// compare [NAME...] runs whole jobs against whole programs; everything else is BenchmarkDotNet's.
if (args is ["compare", .. var rest])
{
    await ComparisonRunner.RunAsync(rest, Path.Combine("benchmarks", "results"));
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
