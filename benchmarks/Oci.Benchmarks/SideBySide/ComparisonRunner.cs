using System.Globalization;
using System.Text;
using Oci.Benchmarks.Containers;
using Oci.Benchmarks.Registries;
using Oci.Benchmarks.RootFilesystems;
using Oci.Benchmarks.Running;

namespace Oci.Benchmarks.SideBySide;

/// <summary>Runs comparisons and writes their reports.</summary>
internal static class ComparisonRunner
{
    private static readonly Func<RealTree, Comparison>[] OfTrees =
    [
        tree => new UnpackComparison(tree),
        tree => new UnpackPlainComparison(tree),
        tree => new LayerBuildComparison(tree),
        tree => new ZstdComparison(tree),
        tree => new TarScanComparison(tree),
    ];

    private static readonly Func<Comparison>[] All =
    [
        () => new PullUnpackComparison(),
        () => new ImageRunComparison(),
        () => new ContainerStartComparison(heapMegabytes: 0),
        () => new ContainerStartComparison(heapMegabytes: 500),
        () => new ContainerExecComparison(),
        () => new OciRunComparison(),
        () => new RegistryPushComparison(RegistryImage.Large),
        () => new RegistryPushComparison(RegistryImage.Small),
        () => new RegistryPullComparison(RegistryImage.Large),
        () => new RegistryPullComparison(RegistryImage.Small),
        () => new ManifestGetComparison(),
        () => new BlobHeadComparison(),
        () => new RegistryMemoryComparison(),
    ];

    /// <summary>Runs the comparisons whose name starts with one of <paramref name="names"/>, or all, and writes each report to <paramref name="folder"/>.</summary>
    public static async Task RunAsync(string[] names, string folder)
    {
        using var trees = new RealTrees();
        IEnumerable<Func<Comparison>> comparisons = All.Concat(OfTrees.SelectMany(make => trees.All.Select<RealTree, Func<Comparison>>(tree => () => make(tree))));
        foreach (Func<Comparison> make in comparisons)
        {
            using Comparison comparison = make();
            if (names.Length > 0 && !names.Any(name => comparison.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
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
        for (int round = comparison.WarmsUp ? 0 : 1; round <= comparison.Rounds; round++)
        {
            foreach (Measurement measurement in measurements)
            {
                await measurement.RunAsync(counted: round > 0);
            }
        }
        var text = new StringBuilder();
        text.AppendLine($"# {comparison.Name}").AppendLine().AppendLine(comparison.Description).AppendLine();
        bool hasSizes = measurements.Any(m => m.OutputSize is not null);
        bool hasProcessor = measurements.All(m => m.ProcessorMedian is not null);
        text.AppendLine($"| | median | ratio | fastest | slowest | managed memory above idle |{(hasSizes ? $" {comparison.SizeName} |" : "")}{(hasProcessor ? " processor | ratio |" : "")}");
        text.AppendLine($"|---|--:|--:|--:|--:|--:|{(hasSizes ? "--:|" : "")}{(hasProcessor ? "--:|--:|" : "")}");
        foreach (Measurement m in measurements)
        {
            string size = hasSizes ? string.Create(CultureInfo.InvariantCulture, $" {m.OutputSize / 1e6:N2} MB |") : "";
            string processor = hasProcessor ? string.Create(CultureInfo.InvariantCulture, $" {m.ProcessorMedian!.Value.TotalMilliseconds:N0} ms | {m.ProcessorMedian / measurements[0].ProcessorMedian:N2} |") : "";
            text.AppendLine(string.Create(CultureInfo.InvariantCulture,
                $"| {m.Name} | {m.Median.TotalMilliseconds:N1} ms | {m.Median / measurements[0].Median:N2} | {m.Fastest.TotalMilliseconds:N1} ms | {m.Slowest.TotalMilliseconds:N1} ms | {m.ManagedPeak / 1e6:N1} MB |{size}{processor}"));
        }
        return text.ToString();
    }
}
