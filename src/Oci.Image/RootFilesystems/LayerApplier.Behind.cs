using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <content>Content: of small files written behind the thread that makes names, of all others at once.</content>
internal sealed partial class LayerApplier
{
    private FileBatch _batch;
    private FileBatch _spare;
    private Task _writing = Task.CompletedTask;
    private int _serialOfOwner;
    private uint _newUid;
    private uint _newGid;

    private static bool CanWriteBehind(TarEntry entry) =>
        !entry.IsSparse && entry.Xattrs.IsEmpty && entry.StoredSize <= FileBatch.MaxEntrySize - entry.Name.Length;

    private async Task WriteAsync(TarReader reader, SafeFileHandle handle, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = handle;
        TarEntry entry = reader.Entry;
        long end = 0;
        while (true)
        {
            ReadOnlySequence<byte> content = await reader.ReadContentAsync(cancellationToken).ConfigureAwait(false);
            if (content.IsEmpty)
            {
                break;
            }
            end = Write(file, entry, content, reader.ContentOffset);
            reader.AdvanceContent(content.Length);
        }
        Finish(file, entry, end);
    }

    private async Task WriteBehindAsync(TarReader reader, SafeFileHandle file, CancellationToken cancellationToken)
    {
        TarEntry entry = reader.Entry;
        try
        {
            Memory<byte> room = _batch.Reserve(entry);
            while (!room.IsEmpty)
            {
                room = room[await reader.ReadContentAsync(room, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }
        _batch.Add(file, entry, new FileEntryAttributes(entry, IsOwned(file, entry)));
        Count(entry.StoredSize);
        if (_batch.IsFull)
        {
            // Two batches: one is filled while the other is written.
            await _writing.ConfigureAwait(false);
            StartBatch();
        }
    }

    /// <summary>Whether a new file has its owner already. What the first one in a directory was given, all get.</summary>
    private bool IsOwned(SafeFileHandle file, TarEntry entry)
    {
        if (_serialOfOwner != _parents.Serial)
        {
            if (Libc.Statx(file, Libc.STATX_BASIC_STATS, out Libc.FileStatus status) != Errno.None)
            {
                return false;
            }
            _serialOfOwner = _parents.Serial;
            (_newUid, _newGid) = (status.stx_uid, status.stx_gid);
        }
        return _ownership.IsOwner(_newUid, _newGid, (uint)entry.Uid, (uint)entry.Gid);
    }

    private void StartBatch()
    {
        FileBatch full = _batch;
        (_batch, _spare) = (_spare, _batch);
        _writing = Task.Run(() =>
        {
            try
            {
                full.Finish();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw UnpackException.Of(Refusal(exception), PathText.Describe(full.FailedName), _layer?.Descriptor.Digest, _layerIndex);
            }
        });
    }

    /// <summary>Waits until all files of the layer are written.</summary>
    private async Task DrainAsync()
    {
        await _writing.ConfigureAwait(false);
        StartBatch();
        await _writing.ConfigureAwait(false);
    }

    /// <summary>Writes what is complete where a failed unpack is to be looked at. What fails now is no better reason than the first failure.</summary>
    private async Task WriteRestAsync()
    {
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        StartBatch();
        await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void StopWriting()
    {
        // Its failure was thrown where it was waited for; where it was not, another one is on its way.
        Task.WaitAny(_writing);
        _batch.Dispose();
        _spare.Dispose();
    }
}
