using Oci.Image.Manifests;

namespace Oci.Image.Layouts;

/// <summary>The <c>index.json</c> of a layout: read at any time, replaced whole under the lock.</summary>
internal sealed class LayoutIndex(LayoutPaths paths)
{
    private readonly SemaphoreSlim _turn = new(1);

    public async Task<ImageIndex> ReadAsync(CancellationToken cancellationToken)
    {
        byte[] utf8 = await LayoutFiles.ReadSmallAsync(paths.Index, "index.json", cancellationToken).ConfigureAwait(false);
        try
        {
            return ImageIndex.Parse(utf8);
        }
        catch (InvalidDocumentException e)
        {
            throw new LayoutException($"{paths.Root} has an index.json that cannot be read. {e.Message}", paths.Index, e);
        }
    }

    /// <summary>Changes the index. Where <paramref name="change"/> gives back what it was given, nothing is written.</summary>
    /// <param name="change">Gives the index that is to be.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <param name="then">What is done after, while no other process can change the index.</param>
    public async Task UpdateAsync(Func<ImageIndex, CancellationToken, ValueTask<ImageIndex>> change, CancellationToken cancellationToken, Action<CancellationToken>? then = null)
    {
        // Calls on one instance take turns before they take the lock, so that only other instances and processes have to poll.
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            LayoutFiles.CreateDirectory(paths.Staging);
            FileStream held = await LayoutLock.AcquireAsync(paths.Lock, cancellationToken).ConfigureAwait(false);
            await using (held.ConfigureAwait(false))
            {
                ImageIndex before = await ReadAsync(cancellationToken).ConfigureAwait(false);
                ImageIndex after = await change(before, cancellationToken).ConfigureAwait(false);
                if (!ReferenceEquals(before, after))
                {
                    byte[] utf8 = after.ToUtf8Bytes();
                    if (utf8.Length > OciJson.MaxDocumentSize)
                    {
                        throw new LayoutException($"{paths.Index} would grow to {utf8.Length} bytes, and {OciJson.MaxDocumentSize} is the most that is read again. Split the layout.", paths.Index);
                    }
                    await LayoutFiles.ReplaceAsync(paths, paths.Index, utf8, cancellationToken).ConfigureAwait(false);
                }
                then?.Invoke(cancellationToken);
            }
        }
        catch (Exception e) when (LayoutException.Explains(e))
        {
            throw LayoutException.FromFileSystem("change", paths.Index, e);
        }
        finally
        {
            _turn.Release();
        }
    }
}
