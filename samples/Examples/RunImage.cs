using Oci.Image;
using Oci.Image.Layouts;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux;
using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Processes;

namespace Examples;

internal static class RunImage
{
    public static async Task<int> RunAsync(string layoutPath, string tag, string[] command)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            OciLayout layout = await OciLayout.OpenAsync(layoutPath);
            OciImage image = await OciImage.OpenAsync(layout, tag);
            ImageBundle bundle = await ImageBundle.CreateAsync(image, folder, new() { Spec = new() { Args = command.Length > 0 ? command : null } });

            var runtime = new ContainerRuntime();
            await using Container container = await runtime.CreateAsync("hello", bundle.Bundle, new() { KillOnDispose = true });
            await container.StartAsync();
            ExitStatus status = await container.WaitAsync();
            return status.ShellCode;
        }
        finally
        {
            RootFilesystem.Delete(folder);
        }
    }
}
