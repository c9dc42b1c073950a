using System.Text;
using Oci.Distribution.Authentication;
using Oci.Distribution.Blobs;
using Oci.Distribution.Manifests;
using Oci.Image;

namespace Oci.Distribution.Tests.Hostile;

/// <summary>Every call of the client against everything that a peer can do wrong: it ends in time, in an error that says what and where, or in a right result.</summary>
public sealed class HostileRegistryTests
{
    private const string Password = "s3cret-password";

    private static readonly byte[] Content = new byte[600_000];
    private static readonly Descriptor Blob = Descriptor.Create(MediaTypes.Layer, Content);
    private static readonly byte[] Manifest = Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"config":{{Empty}},"layers":[],"subject":{{Empty}}}""");

    private static readonly Dictionary<string, Func<Repository, CancellationToken, Task>> Calls = new()
    {
        ["ping"] = (r, ct) => r.Client.PingAsync(ct),
        ["catalog"] = async (r, ct) => await r.Client.ListRepositoriesAsync(cancellationToken: ct).Take(20).ToListAsync(ct),
        ["manifest by tag"] = (r, ct) => r.Manifests.GetAsync("v1", ct),
        ["manifest by digest"] = async (r, ct) => Assert.True((await r.Manifests.GetAsync(Blob.Digest, ct)) is null, "What came cannot be what was asked for."),
        ["manifest by HEAD"] = (r, ct) => r.Manifests.ResolveAsync("v1", ct),
        ["push of a manifest"] = (r, ct) => r.Manifests.PushAsync(Manifest, MediaTypes.ImageManifest, new PushManifestOptions { Tags = ["v1", "v2"] }, ct),
        ["delete of a manifest"] = (r, ct) => r.Manifests.DeleteAsync(Blob.Digest, ct),
        ["blob"] = async (r, ct) => Assert.Equal(Content, await r.ReadAsync(Blob, cancellationToken: ct)),
        ["part of a blob"] = async (r, ct) => Assert.Equal(1000, await ReadAsync(r, new() { Offset = 1000, Length = 1000 }, ct)),
        ["blob in parallel"] = async (r, ct) => Assert.Equal(Content.Length, await ReadAsync(r, new() { ParallelRanges = 4, RangeSize = 64 * 1024 }, ct)),
        ["size of a blob"] = (r, ct) => r.Blobs.GetSizeAsync(Blob.Digest, ct),
        ["mount"] = (r, ct) => r.Blobs.MountAsync(Blob.Digest, "b", ct),
        ["push"] = (r, ct) => r.Blobs.PushAsync(Blob, new MemoryStream(Content), cancellationToken: ct),
        ["push in chunks"] = (r, ct) => r.Blobs.PushAsync(Blob, new MemoryStream(Content), new() { Chunked = true, SkipExistsCheck = true }, ct),
        ["push in one request"] = (r, ct) => r.Blobs.PushAsync(Descriptor.Create(MediaTypes.Empty, "{}"u8), new MemoryStream("{}"u8.ToArray()), new() { SingleRequest = true }, ct),
        ["writer"] = WriteAsync,
        ["tags"] = async (r, ct) => await r.Tags.ListAsync(new() { PageSize = 1 }, ct).Take(20).ToListAsync(ct),
        ["delete of a tag"] = (r, ct) => r.Tags.DeleteAsync("v1", ct),
        ["referrers"] = async (r, ct) => await r.Referrers.ListAsync(Blob.Digest, cancellationToken: ct).Take(20).ToListAsync(ct),
    };

    private static string Empty => """{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}""";

    public static TheoryData<string> Names => [.. HostileScripts.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task EveryCall_EndsInTime_InATypedErrorOrARightResult(string name)
    {
        await using var registry = new ScriptedRegistry(HostileScripts.All[name]);
        using RegistryClient client = registry.CreateClient(options =>
        {
            options.Credentials = new StaticCredentialSource(registry.Address.Authority, RegistryCredential.FromPassword("me", Password));
            options.MaxRetries = 1;
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(5);
            // Answers without end are cut by time where nothing else can.
            options.ResponseTimeout = options.IdleTimeout = TimeSpan.FromMilliseconds(200);
            options.MaxManifestSize = 1_000_000;
            options.ConfigureHandler = handler => handler.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        });

        string?[] problems = await Task.WhenAll(Calls.Select(call => RunAsync(call.Key, call.Value, client, registry.Address)));

        Assert.Empty(problems.OfType<string>());
    }

    // What is wrong with how the call ended; nothing where it ended well.
    private static async Task<string?> RunAsync(string name, Func<Repository, CancellationToken, Task> call, RegistryClient client, Uri registry)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(25));
        try
        {
            await call(client.Repository("a"), limit.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"{name}: did not end in time.";
        }
        catch (RegistryException e)
        {
            string text = e.ToString();
            return text.Contains(Password, StringComparison.Ordinal) || text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Password}")), StringComparison.Ordinal) ? $"{name}: tells a secret: {text}"
                : e.Message.Length > 10_000 ? $"{name}: says too much, {e.Message.Length} characters."
                : e.Message.Any(c => char.IsControl(c)) ? $"{name}: control characters in '{e.Message}'."
                : !e.Message.Contains(registry.Authority, StringComparison.Ordinal) && e.RequestUri is null ? $"{name}: does not say where: {e.Message}"
                : null;
        }
        catch (OciImageException)
        {
            // Content that is not there, not what it must be, or no document.
            return null;
        }
        catch (Exception e)
        {
            return $"{name}: ended in {e}";
        }
    }

    private static async Task<long> ReadAsync(Repository repository, OpenBlobOptions options, CancellationToken cancellationToken)
    {
        await using Stream stream = await repository.Blobs.OpenAsync(Blob, options, cancellationToken);
        var all = new MemoryStream();
        await stream.CopyToAsync(all, cancellationToken);
        return all.Length;
    }

    private static async Task WriteAsync(Repository repository, CancellationToken cancellationToken)
    {
        await using ContentWriter writer = await repository.CreateAsync(cancellationToken);
        await writer.WriteAsync(Content, cancellationToken);
        await writer.CommitAsync(MediaTypes.Layer, cancellationToken: cancellationToken);
    }
}
