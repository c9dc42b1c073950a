using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Oci.Image;

namespace Oci.Distribution.AspNetCore.Tests.Uploads;

/// <summary>distribution-spec, "POST then PUT", "Single POST" and "Mounting a blob from another repository" (end-4a, end-4b, end-11).</summary>
public sealed class UploadStartEndpointTests
{
    [Fact]
    [Must("spec.md#post-then-put-1", "spec.md#post-then-put-2", "spec.md#post-then-put-3")]
    public async Task Post_Nothing_MustAnswer202WithALocation()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.StartsWith("/v2/a/blobs/uploads/", response.Headers.Location!.ToString());
        var id = Guid.ParseExact(response.Headers.Location.ToString()["/v2/a/blobs/uploads/".Length..], "N");
        Assert.Equal(4, id.Version);
        Assert.NotEqual(response.Headers.Location.ToString(), await host.StartUploadAsync("a"));
    }

    [Fact]
    [Must("spec.md#single-post-2")]
    public async Task Post_WholeBlobOfOtherBytes_Answers400()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.PostAsync($"/v2/a/blobs/uploads/?digest={Digest.Compute("x"u8)}", new ByteArrayContent("y"u8.ToArray()));

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Must("spec.md#mounting-a-blob-from-another-repository-1")]
    public async Task Post_MountFromARepositoryThatHasIt_MustAnswer201(bool onDisk)
    {
        await using RegistryHosts hosts = await RegistryHosts.StartAsync(onDisk);
        Digest digest = await hosts.Host.PushBlobAsync("source/repo", "shared"u8.ToArray());

        using HttpResponseMessage response = await hosts.Host.Client.PostAsync($"/v2/target/blobs/uploads/?mount={digest}&from=source/repo", null);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("shared"u8.ToArray(), await hosts.Host.Client.GetByteArrayAsync(response.Headers.Location));
    }

    [Fact]
    public async Task Post_MountWithoutFrom_MountsWhatAnyRepositoryHas()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();
        Digest digest = await host.PushBlobAsync("source", "shared"u8.ToArray());

        using HttpResponseMessage response = await host.Client.PostAsync($"/v2/target/blobs/uploads/?mount={digest}", null);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData("&from=source")]
    [InlineData("&from=../source")]
    [InlineData("")]
    [Must("spec.md#mounting-a-blob-from-another-repository-3")]
    public async Task Post_MountOfWhatIsNotThere_StartsASession(string from)
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.PostAsync($"/v2/target/blobs/uploads/?mount={Digest.Compute("x"u8)}{from}", null);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.NotNull(response.Headers.Location);
    }

    [Fact]
    public async Task Post_OneSessionTooMany_Answers429UntilOneEnds()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.MaxUploadSessions = 2);
        string first = await host.StartUploadAsync("a");
        await host.StartUploadAsync("a");

        using HttpResponseMessage refused = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        using HttpResponseMessage cancelled = await host.Client.DeleteAsync(first);
        using HttpResponseMessage taken = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);

        await RegistryHost.AssertErrorAsync(refused, HttpStatusCode.TooManyRequests, "TOOMANYREQUESTS");
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
    }

    [Fact]
    public async Task Post_SessionsThatStayedEmpty_MakeWayAfterAWhile()
    {
        var time = new ManualTimeProvider();
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.MaxUploadSessions = 2, services: services => services.AddSingleton<TimeProvider>(time));
        string begun = await host.StartUploadAsync("a");
        using HttpResponseMessage patched = await host.Client.PatchAsync(begun, new ByteArrayContent([1]));
        string empty = await host.StartUploadAsync("a");
        time.Advance(TimeSpan.FromMinutes(10));
        using HttpResponseMessage refused = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        time.Advance(TimeSpan.FromSeconds(1));

        using HttpResponseMessage taken = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        using HttpResponseMessage again = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);
        using HttpResponseMessage evicted = await host.Client.GetAsync(empty);
        using HttpResponseMessage kept = await host.Client.GetAsync(begun);

        Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.Accepted, HttpStatusCode.TooManyRequests), (refused.StatusCode, taken.StatusCode, again.StatusCode));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NoContent), (evicted.StatusCode, kept.StatusCode));
    }

    [Fact]
    [Must("spec.md#post-then-put-8")]
    public async Task Post_UnknownDigestAlgorithm_Answers400()
    {
        await using RegistryHost host = await RegistryHost.StartAsync();

        using HttpResponseMessage response = await host.Client.PostAsync("/v2/a/blobs/uploads/?digest-algorithm=md5", null);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.BadRequest, "DIGEST_INVALID");
    }

    [Fact]
    public async Task Post_ReadOnlyRegistry_Answers405()
    {
        await using RegistryHost host = await RegistryHost.StartAsync(configure: options => options.ReadOnly = true);

        using HttpResponseMessage response = await host.Client.PostAsync("/v2/a/blobs/uploads/", null);

        await RegistryHost.AssertErrorAsync(response, HttpStatusCode.MethodNotAllowed, "UNSUPPORTED");
    }
}
