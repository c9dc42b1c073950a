using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Layouts;

namespace Examples;

internal static class PlanCopy
{
    public static async Task RunAsync(string layoutPath, string tag, string name)
    {
        Reference reference = Reference.Parse(name);
        using RegistryClient client = RegistryClient.For(reference);
        OciLayout layout = await OciLayout.OpenAsync(layoutPath);
        CopyPlan plan = await ContentCopier.PlanAsync(layout, tag, client.Repository(reference.Repository), reference.Tag, new()
        {
            Platforms = [new Platform { Os = "linux", Architecture = "amd64" }, new Platform { Os = "linux", Architecture = "arm64" }],
            ReduceIndex = true,
            IncludeReferrers = true,
        });
        Console.WriteLine(plan);
        CopyResult result = await plan.RunAsync();
        Console.WriteLine($"{result.Root.Digest}: {result.CopiedBytes} bytes copied");
    }
}
