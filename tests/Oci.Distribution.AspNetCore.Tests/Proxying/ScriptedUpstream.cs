using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.AspNetCore.Tests.Proxying;

/// <summary>An upstream that counts what it is asked for, and fails, lies or waits when a test says so.</summary>
internal sealed class ScriptedUpstream : IContentSource
{
    private readonly MemoryContentStore _content = new();
    private int _opened;
    private int _resolved;

    /// <summary>Thrown in the place of every answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What answers to names wait for.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>What streams of content become.</summary>
    public Func<Stream, Stream>? Change { get; set; }

    public int Opened => _opened;

    public int Resolved => _resolved;

    /// <summary>Adds an image with one layer of random bytes.</summary>
    public async Task<(Descriptor Image, Descriptor Layer, byte[] Content)> AddImageAsync(string tag, int layerSize)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(layerSize);
        Descriptor layer = await _content.AddAsync(MediaTypes.Layer, bytes);
        byte[] manifest = new ImageManifest
        {
            MediaType = MediaTypes.ImageManifest,
            Config = await _content.AddAsync(MediaTypes.ImageConfig, "{}"u8.ToArray()),
            Layers = [layer],
        }.ToUtf8Bytes();
        Descriptor image = await _content.AddAsync(MediaTypes.ImageManifest, manifest);
        await _content.TagAsync(image, tag);
        return (image, layer, bytes);
    }

    public async Task<Stream> OpenAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _opened);
        ThrowIfFailing();
        Stream content = await _content.OpenAsync(descriptor, cancellationToken);
        return Change is { } change && !MediaTypes.IsManifest(descriptor.MediaType) ? change(content) : content;
    }

    public Task<bool> ExistsAsync(Descriptor descriptor, CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        return _content.ExistsAsync(descriptor, cancellationToken);
    }

    public async Task<Descriptor?> ResolveAsync(string reference, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _resolved);
        ThrowIfFailing();
        await Gate.WaitAsync(cancellationToken);
        return await _content.ResolveAsync(reference, cancellationToken);
    }

    public async IAsyncEnumerable<string> ListTagsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        await foreach (string tag in _content.ListTagsAsync(cancellationToken))
        {
            yield return tag;
        }
    }

    public async IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ThrowIfFailing();
        await foreach (Descriptor referrer in _content.ListReferrersAsync(subject, artifactType, cancellationToken))
        {
            yield return referrer;
        }
    }

    private void ThrowIfFailing()
    {
        if (Failure is { } failure)
        {
            throw failure;
        }
    }
}
