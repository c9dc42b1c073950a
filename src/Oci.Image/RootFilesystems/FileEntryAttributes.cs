using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.Tar;

namespace Oci.Image.RootFilesystems;

/// <summary>The owner, mode and times that an entry gives to a file.</summary>
internal readonly struct FileEntryAttributes
{
    private readonly uint _uid;
    private readonly uint _gid;
    private readonly uint _mode;
    private readonly bool _isOwned;

    /// <summary>Takes them of an entry.</summary>
    /// <param name="entry">The entry; its owner was checked.</param>
    /// <param name="isOwned">Whether the file has its owner already.</param>
    public FileEntryAttributes(TarEntry entry, bool isOwned = false)
    {
        _uid = (uint)entry.Uid;
        _gid = (uint)entry.Gid;
        _mode = (uint)entry.Mode & 0xFFF;
        _isOwned = isOwned;
        // An access time that is not given is that of the last change, so that two unpacks are alike.
        AccessTime = ToTimespec(entry.AccessTime ?? entry.ModifiedTime);
        ModifiedTime = ToTimespec(entry.ModifiedTime);
    }

    public Libc.Timespec AccessTime { get; }

    public Libc.Timespec ModifiedTime { get; }

    // The order matters: chown takes away set-user-id bits and file capabilities, and a mode may take away the right to the rest.
    public void Apply(SafeFileHandle file, OwnershipWriter ownership, ReadOnlySpan<byte> entryName)
    {
        ApplyOwner(file, ownership, entryName);
        ApplyModeAndTimes(file, entryName);
    }

    public void ApplyOwner(SafeFileHandle file, OwnershipWriter ownership, ReadOnlySpan<byte> entryName)
    {
        if (!_isOwned)
        {
            ownership.Apply(file, _uid, _gid, entryName);
        }
    }

    public void ApplyModeAndTimes(SafeFileHandle file, ReadOnlySpan<byte> entryName)
    {
        Libc.Fchmod(file, _mode).ThrowIfFailed("fchmod", entryName);
        Libc.Futimens(file, AccessTime, ModifiedTime).ThrowIfFailed("futimens", entryName);
    }

    private static Libc.Timespec ToTimespec(TarTime time) => new(time.Seconds, time.Nanoseconds);
}
