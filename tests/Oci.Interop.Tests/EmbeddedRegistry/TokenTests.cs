using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution;
using Oci.Distribution.AspNetCore;
using Oci.Distribution.Authentication;
using Oci.Distribution.Copying;
using Oci.Image;

namespace Oci.Interop.Tests.EmbeddedRegistry;

/// <summary>This SDK's client and its registry's tokens: scopes of their own for each repository, and more when they are needed.</summary>
public sealed class TokenTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Copy_BetweenRepositoriesOfOneUser_MountsWithATokenForBoth()
    {
        await using EmbeddedHost host = await StartAsync();
        RegistryClient client = host.CreateClient(Login(host));
        Descriptor image = await ImageSamples.AddImageAsync(client.Repository("alice/from"));

        CopyResult result = await ContentCopier.CopyAsync(client.Repository("alice/from"), image, client.Repository("alice/to"), "v1");

        Assert.Equal((1, 3, 0), (result.Copied, result.Mounted, result.Skipped));
        Assert.Equal(image.Digest, (await client.Repository("alice/to").ResolveAsync("v1"))!.Digest);
        Assert.True(await client.Repository("alice/to").Manifests.DeleteAsync(image.Digest));
        Assert.Equal(["alice/from", "alice/to"], await client.ListRepositoriesAsync().ToListAsync());
    }

    [Fact]
    public async Task Push_WhereTheUserMayNot_IsRefusedAndPullIsNot()
    {
        await using EmbeddedHost host = await StartAsync();
        RegistryClient client = host.CreateClient(Login(host));
        RegistryClient anonymous = host.CreateClient();
        Descriptor image = await ImageSamples.AddImageAsync(client.Repository("alice/public"));

        Assert.True(await anonymous.Repository("alice/public").ExistsAsync(image));
        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => ImageSamples.AddImageAsync(anonymous.Repository("alice/public")));
        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => ImageSamples.AddImageAsync(client.Repository("bob/app")));
        await Assert.ThrowsAsync<RegistryAuthenticationException>(() => anonymous.Repository("alice/private").ResolveAsync("v1"));
    }

    private static RegistryClientOptions Login(EmbeddedHost host) => new()
    {
        Credentials = new StaticCredentialSource(host.Address.Authority, RegistryCredential.FromPassword("alice", "U*U")),
    };

    // Users have what is below their name; what is called public is everybody's to read.
    private async Task<EmbeddedHost> StartAsync()
    {
        await File.WriteAllTextAsync(_folder.Combine("htpasswd"), "alice:$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n");
        return await EmbeddedHost.StartAsync(
            options => options.Authorize = (user, resource) =>
                resource.Action == RegistryAction.ListRepositories && user.Identity!.IsAuthenticated
                || resource is { Action: RegistryAction.Pull, Repository: var name } && name!.EndsWith("/public", StringComparison.Ordinal)
                || resource.Repository is { } own && user.Identity?.Name is { } owner && own.StartsWith(owner + "/", StringComparison.Ordinal),
            services => services.AddAuthentication().AddOciHtpasswd(options => options.File = _folder.Combine("htpasswd")).AddOciTokens(),
            app => app.MapOciTokens());
    }
}
