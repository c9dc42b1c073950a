namespace Oci.Distribution.Uploads;

/// <summary>The content of an upload, from its beginning as often as it is needed and can be had.</summary>
internal sealed class UploadSource(Func<CancellationToken, ValueTask<Stream>> open, bool ownsContent) : IAsyncDisposable
{
    private Stream? _content;
    private long _start;

    /// <summary>Whether the content can be had again.</summary>
    public bool CanReopen => ownsContent || _content is { CanSeek: true };

    public async ValueTask<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        if (_content is { CanSeek: true })
        {
            _content.Position = _start;
            return _content;
        }
        await DisposeAsync().ConfigureAwait(false);
        _content = await open(cancellationToken).ConfigureAwait(false);
        _start = _content.CanSeek ? _content.Position : 0;
        return _content;
    }

    public async ValueTask DisposeAsync()
    {
        if (ownsContent && _content is not null)
        {
            await _content.DisposeAsync().ConfigureAwait(false);
        }
    }
}
