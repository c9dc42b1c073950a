using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image.Layouts;

namespace Examples;

internal static class CopyImage
{
    public static async Task RunAsync(string name, string layoutPath)
    {
        Reference reference = Reference.Parse(name);
        using RegistryClient client = RegistryClient.For(reference);
        OciLayout layout = await OciLayout.CreateAsync(layoutPath);
        CopyResult result = await ContentCopier.CopyAsync(client.Repository(reference.Repository), reference.Identifier, layout, reference.Tag);
        Console.WriteLine($"{result.Root.Digest}: {result.CopiedBytes} bytes copied, {result.Skipped} blobs were there");
    }
}
