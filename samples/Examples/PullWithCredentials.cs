using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Distribution.Copying;
using Oci.Image.Layouts;

namespace Examples;

internal static class PullWithCredentials
{
    public static async Task RunAsync()
    {
        using var client = new RegistryClient(new Uri("https://registry.example"), new()
        {
            Credentials = AuthFileCredentialSource.CreateDefault(),
        });
        OciLayout layout = await OciLayout.CreateAsync("images");
        await ContentCopier.CopyAsync(client.Repository("team/app"), "v1", layout, "v1");
    }
}
