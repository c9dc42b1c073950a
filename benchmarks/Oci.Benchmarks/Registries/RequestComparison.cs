using System.Globalization;
using System.Text.RegularExpressions;
using Oci.Benchmarks.SideBySide;
using Oci.Distribution.Copying;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Benchmarks.Registries;

/// <summary>One small request over and over, on 16 connections that stay open. What counts is the time of a thousand.</summary>
internal abstract partial class RequestComparison() : RegistryComparison(RegistryImage.Small)
{
    protected const int Connections = 16;

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        await StartAsync();
        await ContentCopier.CopyAsync(Layout, RegistryImage.Tag, OwnRepository, RegistryImage.Tag);
        await ContentCopier.CopyAsync(Layout, RegistryImage.Tag, DockerRepository, RegistryImage.Tag);
        OciImage image = await OciImage.OpenAsync(Layout, RegistryImage.Tag);
        return [Create("docker-registry", Docker, image), Create("this SDK's registry", Own, image)];
    }

    /// <summary>Runs the load and returns what the tool printed.</summary>
    protected abstract Task<string> LoadAsync(Uri server, OciImage image);

    private Contestant Create(string name, RegistryProcess server, OciImage image)
    {
        TimeSpan thousand = default;
        return new Contestant(name, RunAsync, () => { }) { GetTime = () => thousand };

        async Task RunAsync()
        {
            string printed = await LoadAsync(server.Address, image);
            if (Refused().IsMatch(printed))
            {
                throw new InvalidOperationException($"The registry refused requests: {printed}");
            }
            thousand = TimeSpan.FromSeconds(1000 / double.Parse(Rate().Match(printed).Groups[1].Value, CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(@"(?:Requests/sec:|Requests per second:)\s+([0-9.]+)")]
    private static partial Regex Rate();

    [GeneratedRegex("Non-2xx|Socket errors")]
    private static partial Regex Refused();
}
