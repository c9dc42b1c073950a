using System.Net;
using Microsoft.Extensions.Options;

namespace Oci.Distribution.AspNetCore.Tests;

public sealed class OciRegistryOptionsTests
{
    [Fact]
    public async Task Start_NoStore_SaysWhatToSet()
    {
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => RegistryHost.StartAsync(configure: options => options.InMemory = false));

        Assert.Contains("RootDirectory", e.Message);
    }

    [Fact]
    public async Task Start_RootOfAnotherRegistry_SaysThatItIsLocked()
    {
        using var folder = new TempDirectory();
        await using RegistryHost first = await RegistryHost.StartAsync(folder.Path);

        IOException e = await Assert.ThrowsAsync<IOException>(() => RegistryHost.StartAsync(folder.Path));

        Assert.Contains(folder.Path, e.Message);
    }

    [Fact]
    public async Task Get_Base_MustAnswer200WithTheApiVersion()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        foreach (string path in (string[])["/v2/", "/v2"])
        {
            using HttpResponseMessage response = await host.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("registry/2.0", response.Headers.GetValues("Docker-Distribution-Api-Version").Single());
        }
    }

    [Fact]
    public void Set_ValueOutOfRange_Throws()
    {
        var options = new OciRegistryOptions();
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxManifestSize = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxBlobSize = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxUploadSessions = 0);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.UploadExpiration = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.UploadExpiration = TimeSpan.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.GarbageCollection.GracePeriod = TimeSpan.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MinUploadRate = double.NaN);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.UploadGracePeriod = TimeSpan.FromSeconds(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => options.MaxPageSize = 0);
    }
}
