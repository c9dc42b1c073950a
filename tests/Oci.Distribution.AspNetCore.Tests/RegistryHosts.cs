namespace Oci.Distribution.AspNetCore.Tests;

/// <summary>Both stores, for tests of what must be the same on each.</summary>
internal sealed class RegistryHosts : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();

    public RegistryHost Host { get; private set; } = null!;

    public string Root => _folder.Combine("registry");

    public static async Task<RegistryHosts> StartAsync(bool onDisk, Action<OciRegistryOptions>? configure = null)
    {
        var hosts = new RegistryHosts();
        hosts.Host = await RegistryHost.StartAsync(onDisk ? hosts.Root : null, configure);
        return hosts;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _folder.Dispose();
    }
}
