using Oci.Distribution;
using Oci.Distribution.Copying;
using Oci.Image.Layouts;

namespace Examples;

/// <summary>Pulls as podman would on this machine: with its mirrors, certificates and logins.</summary>
internal static class PullThroughMirrors
{
    public static async Task RunAsync(string name, string path)
    {
        using var pool = new RegistryClientPool(await RegistryClientPoolOptions.LoadDefaultAsync());
        Reference reference = Reference.Parse(name);
        OciLayout layout = await OciLayout.CreateAsync(path);
        await ContentCopier.CopyAsync(pool.OpenSource(reference), reference.Identifier, layout, reference.Identifier);
    }
}
