using System.Globalization;
using System.Text;
using Oci.Benchmarks.Containers;
using Oci.Benchmarks.RootFilesystems;
using Oci.Benchmarks.Running;

namespace Oci.Benchmarks.SideBySide;

/// <summary>Runs comparisons and writes their reports.</summary>
internal static class ComparisonRunner
{
    private static readonly Func<Comparison>[] All =
    [
        () => new UnpackComparison(),
        () => new PullUnpackComparison(),
        () => new ImageRunComparison(),
        () => new ContainerStartComparison(heapMegabytes: 0),
        () => new ContainerStartComparison(heapMegabytes: 500),
        () => new ContainerExecComparison(),
        () => new OciRunComparison(),
    ];

    /// <summary>Runs the comparisons whose name contains <paramref name="filter"/>, and writes each report to <paramref name="folder"/>.</summary>
    public static async Task RunAsync(string filter, string folder)
    {
        foreach (Func<Comparison> make in All)
        {
            using Comparison comparison = make();
            if (!comparison.Name.Contains(filter, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }
            string report = await RunAsync(comparison);
            Console.WriteLine(report);
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, $"{comparison.Name}-report-github.md"), report);
        }
    }

    private static async Task<string> RunAsync(Comparison comparison)
    {
        List<Measurement> measurements = [.. (await comparison.PrepareAsync()).Select(c => new Measurement(c))];
        for (int round = 0; round <= comparison.Rounds; round++)
        {
            foreach (Measurement measurement in measurements)
            {
                await measurement.RunAsync(counted: round > 0);
            }
        }
        var text = new StringBuilder();
        text.AppendLine($"# {comparison.Name}").AppendLine().AppendLine(comparison.Description).AppendLine();
        text.AppendLine("| | median | ratio | fastest | slowest | managed memory above idle |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|");
        foreach (Measurement m in measurements)
        {
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| {m.Name} | {m.Median.TotalMilliseconds:N1} ms | {m.Median / measurements[0].Median:N2} | {m.Fastest.TotalMilliseconds:N1} ms | {m.Slowest.TotalMilliseconds:N1} ms | {m.ManagedPeak / 1e6:N1} MB |"));
        }
        return text.ToString();
    }
}
