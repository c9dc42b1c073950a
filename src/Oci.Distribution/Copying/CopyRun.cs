using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Oci.Distribution.Http;
using Oci.Distribution.Uploads;
using Oci.Image;
using Oci.Image.Manifests;

namespace Oci.Distribution.Copying;

/// <summary>One copy: walks the graph from its root, children before parents, each item once.</summary>
internal sealed class CopyRun : IDisposable
{
    private readonly IContentSource _source;
    private readonly IContentStore _destination;
    private readonly CopyOptions _options;
    private readonly CopyTally _tally;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _cancellation;
    private readonly SemaphoreSlim _gate;
    private readonly ConcurrentDictionary<Digest, Lazy<Task>> _items = new();
    private int _count;
    private ExceptionDispatchInfo? _failure;
    private Descriptor? _root;
    private string? _tag;

    public CopyRun(IContentSource source, IContentStore destination, CopyOptions options, IProgress<CopyProgress>? progress, CancellationToken cancellationToken)
    {
        _source = source;
        _destination = destination;
        _options = options;
        _tally = new CopyTally(progress);
        _callerToken = cancellationToken;
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _gate = new SemaphoreSlim(options.MaxParallel);
    }

    public async Task<CopyResult> RunAsync(Descriptor root, string? tag)
    {
        _root = root;
        _tag = tag;
        try
        {
            await CopyOnceAsync(root).ConfigureAwait(false);
            if (_tag is not null)
            {
                await _destination.TagAsync(root, _tag, _cancellation.Token).ConfigureAwait(false);
            }
        }
        catch (Exception)
        {
            _callerToken.ThrowIfCancellationRequested();
            // What is thrown here may be the cancellation that the first failure brought about.
            _failure?.Throw();
            throw;
        }
        return _tally.ToResult(root);
    }

    public void Dispose()
    {
        _cancellation.Dispose();
        _gate.Dispose();
    }

    private Task CopyOnceAsync(Descriptor descriptor) =>
        _items.GetOrAdd(descriptor.Digest, _ => new Lazy<Task>(() => CopyAsync(descriptor))).Value;

    private async Task CopyAsync(Descriptor descriptor)
    {
        try
        {
            if (Interlocked.Increment(ref _count) > _options.MaxItems)
            {
                throw new OciImageException($"There are more than {_options.MaxItems} manifests and blobs to copy. CopyOptions.MaxItems sets the limit.");
            }
            _tally.Found(descriptor);
            if (!Repository.IsManifest(descriptor))
            {
                await GateAsync(() => CopyBlobAsync(descriptor)).ConfigureAwait(false);
                return;
            }
            await CopyManifestAsync(descriptor).ConfigureAwait(false);
            if (_options.IncludeReferrers)
            {
                await CopyReferrersAsync(descriptor).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(e), null);
            await _cancellation.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task CopyManifestAsync(Descriptor descriptor)
    {
        bool exists = false;
        await GateAsync(async () => exists = await _destination.ExistsAsync(descriptor, _cancellation.Token).ConfigureAwait(false)).ConfigureAwait(false);
        // A manifest is written last, so where it is, its blobs are; an index may be there with holes.
        if (exists && !MediaTypes.IsIndex(descriptor.MediaType))
        {
            _tally.Done(descriptor, CopyStep.Skipped);
            return;
        }
        byte[] content = [];
        await GateAsync(async () => content = await _source.ReadAsync(descriptor, _options.MaxManifestSize, _cancellation.Token).ConfigureAwait(false)).ConfigureAwait(false);
        await WhenAllAsync(GetChildren(descriptor, content)).ConfigureAwait(false);
        if (exists)
        {
            _tally.Done(descriptor, CopyStep.Skipped);
            return;
        }
        await GateAsync(() => PushManifestAsync(descriptor, content)).ConfigureAwait(false);
        _tally.Done(descriptor, CopyStep.Copied);
    }

    private async Task PushManifestAsync(Descriptor descriptor, byte[] content)
    {
        if (descriptor == _root && _tag is not null && _destination is Repository repository && descriptor.Digest.Algorithm == DigestAlgorithm.Sha256)
        {
            // A registry takes the tag with the manifest: one request, where adding and tagging are three.
            await repository.Manifests.PushAsync(content, descriptor.MediaType, _tag, _cancellation.Token).ConfigureAwait(false);
            _tag = null;
            return;
        }
        await _destination.AddAsync(descriptor, new MemoryStream(content, writable: false), _cancellation.Token).ConfigureAwait(false);
    }

    private IEnumerable<Descriptor> GetChildren(Descriptor descriptor, byte[] content)
    {
        if (MediaTypes.IsIndex(descriptor.MediaType))
        {
            return ImageIndex.Parse(content).Manifests.Where(m => _options.Include is null || _options.Include(m));
        }
        var manifest = ImageManifest.Parse(content);
        return manifest.Layers
            .Where(layer => _options.IncludeNondistributable || _destination is not Repository || !MediaTypes.IsNondistributable(layer.MediaType))
            .Prepend(manifest.Config);
    }

    private async Task CopyBlobAsync(Descriptor descriptor)
    {
        CancellationToken cancellationToken = _cancellation.Token;
        if (_destination is Repository repository)
        {
            var options = new PushBlobOptions { MountFrom = GetMountSource(repository) };
            PushOutcome outcome = await repository.Blobs.PushAsync(descriptor, OpenAsync, options, cancellationToken).ConfigureAwait(false);
            _tally.Done(descriptor, outcome switch { PushOutcome.Pushed => CopyStep.Copied, PushOutcome.Mounted => CopyStep.Mounted, _ => CopyStep.Skipped });
            return;
        }
        if (await _destination.ExistsAsync(descriptor, cancellationToken).ConfigureAwait(false) || await MayLackAsync(descriptor).ConfigureAwait(false))
        {
            _tally.Done(descriptor, CopyStep.Skipped);
            return;
        }
        Stream content = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            await _destination.AddAsync(descriptor, content, cancellationToken).ConfigureAwait(false);
        }
        _tally.Done(descriptor, CopyStep.Copied);

        async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken) =>
            new ProgressStream(await _source.OpenAsync(descriptor, cancellationToken).ConfigureAwait(false), bytes => _tally.Read(descriptor, bytes));
    }

    // layer.md: the media type "SHOULD NOT affect whether an implementation downloads the layer"; but a registry need not have it.
    private async Task<bool> MayLackAsync(Descriptor descriptor) =>
        !_options.IncludeNondistributable && MediaTypes.IsNondistributable(descriptor.MediaType)
        && !await _source.ExistsAsync(descriptor, _cancellation.Token).ConfigureAwait(false);

    private string? GetMountSource(Repository destination) =>
        _source is Repository source && source.Name != destination.Name && UriRules.IsSameOrigin(source.Client.Registry, destination.Client.Registry)
            ? source.Name
            : null;

    private async Task CopyReferrersAsync(Descriptor subject)
    {
        var referrers = new List<Descriptor>();
        await foreach (Descriptor referrer in _source.ListReferrersAsync(subject.Digest, cancellationToken: _cancellation.Token).ConfigureAwait(false))
        {
            referrers.Add(referrer);
            if (referrers.Count > _options.MaxItems)
            {
                throw new OciImageException($"{subject.Digest} has more than {_options.MaxItems} referrers. CopyOptions.MaxItems sets the limit.");
            }
        }
        await WhenAllAsync(referrers).ConfigureAwait(false);
    }

    private Task WhenAllAsync(IEnumerable<Descriptor> items) => Task.WhenAll([.. items.Select(CopyOnceAsync)]);

    // Held for single transfers only, never while waiting for children: so no depth of graph can lock up.
    private async Task GateAsync(Func<Task> transfer)
    {
        await _gate.WaitAsync(_cancellation.Token).ConfigureAwait(false);
        try
        {
            await transfer().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
