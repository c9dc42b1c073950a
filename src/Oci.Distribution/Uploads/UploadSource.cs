namespace Oci.Distribution.Uploads;

/// <summary>The content of an upload, from its beginning as often as it is needed and can be had.</summary>
internal sealed class UploadSource(Func<CancellationToken, ValueTask<Stream>> open, bool ownsContent) : IAsyncDisposable
{
    private Stream? _content;
    private long _start;
    private bool _isReplaced;

    /// <summary>Whether the content can be had again.</summary>
    public bool CanReopen => ownsContent || _content is { CanSeek: true };

    /// <summary>Whether the content verifies itself, as that of a store does, so that it need not be hashed twice.</summary>
    public bool IsVerified => ownsContent && !_isReplaced;

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

    /// <summary>Puts bytes in the place of the content.</summary>
    public async ValueTask ReplaceAsync(byte[] content)
    {
        await DisposeAsync().ConfigureAwait(false);
        _content = new MemoryStream(content, writable: false);
        _start = 0;
        _isReplaced = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (ownsContent && _content is not null)
        {
            await _content.DisposeAsync().ConfigureAwait(false);
        }
    }
}
