using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Image.RootFilesystems;

/// <summary>Gives files their owners, or notes them, as <see cref="OwnershipPolicy"/> says. Safe for use by several threads.</summary>
internal sealed class OwnershipWriter
{
    private readonly UnpackOptions _options;
    private readonly UnpackNotices _notices;
    private volatile bool _records;

    public OwnershipWriter(UnpackOptions options, UnpackNotices notices)
    {
        _options = options;
        _notices = notices;
        _records = options.Ownership == OwnershipPolicy.Record
            || (options.Ownership == OwnershipPolicy.Auto && Libc.Geteuid() != 0);
    }

    /// <summary>Whether a file that belongs to these ids has the owner that an entry gives, so that nothing need be done.</summary>
    public bool IsOwner(uint hostUid, uint hostGid, uint uid, uint gid) =>
        !_records
        && IdMapping.TryMap(_options.UidMappings, uid, out uint mappedUid) && mappedUid == hostUid
        && IdMapping.TryMap(_options.GidMappings, gid, out uint mappedGid) && mappedGid == hostGid;

    /// <summary>For a file or directory that is open, not with O_PATH.</summary>
    public void Apply(SafeFileHandle file, uint uid, uint gid, ReadOnlySpan<byte> entryName)
    {
        if (TryChown(file, "\0"u8, Libc.AT_EMPTY_PATH, uid, gid, entryName))
        {
            return;
        }
        Span<byte> record = stackalloc byte[RootlessOwner.MaxSize];
        Errno errno = Libc.Fsetxattr(file, RootlessOwner.AttributeName, record[..RootlessOwner.Write(uid, gid, record)]);
        if (errno is not (Errno.None or Errno.EOPNOTSUPP or Errno.EPERM))
        {
            throw LinuxError.ToException(errno, "fsetxattr", entryName);
        }
        _notices.Add(errno == Errno.None ? UnpackNoticeKind.OwnerRecorded : UnpackNoticeKind.OwnerLost, entryName);
    }

    /// <summary>For a name in a directory that is not followed: a link or device, which cannot carry a note.</summary>
    public void ApplyToName(SafeFileHandle directory, ReadOnlySpan<byte> name, uint uid, uint gid, ReadOnlySpan<byte> entryName)
    {
        if (!TryChown(directory, name, Libc.AT_SYMLINK_NOFOLLOW, uid, gid, entryName))
        {
            _notices.Add(UnpackNoticeKind.OwnerLost, entryName);
        }
    }

    /// <summary>For a directory without an entry, held by an O_PATH handle: the image's 0:0, which needs no note.</summary>
    public void ApplyDefault(SafeFileHandle directory, ReadOnlySpan<byte> entryName) =>
        TryChown(directory, "\0"u8, Libc.AT_EMPTY_PATH, 0, 0, entryName);

    /// <summary>True where the owner is set, or is not to be kept at all.</summary>
    private bool TryChown(SafeFileHandle handle, ReadOnlySpan<byte> name, int flags, uint uid, uint gid, ReadOnlySpan<byte> entryName)
    {
        if (_options.Ownership == OwnershipPolicy.Ignore)
        {
            return true;
        }
        bool isMapped = IdMapping.TryMap(_options.UidMappings, uid, out uint hostUid)
            & IdMapping.TryMap(_options.GidMappings, gid, out uint hostGid);
        Errno errno = !isMapped ? Errno.EINVAL : _records ? Errno.EPERM : Libc.Fchownat(handle, name, hostUid, hostGid, flags);
        if (errno == Errno.None)
        {
            return true;
        }
        // EINVAL: the id has no place in this user namespace. EPERM: CAP_CHOWN is missing, and will be for all others.
        if (_options.Ownership == OwnershipPolicy.Preserve || errno is not (Errno.EINVAL or Errno.EPERM))
        {
            throw LinuxError.ToException(errno, $"fchownat to {uid}:{gid}", entryName);
        }
        if (errno == Errno.EPERM)
        {
            _records = true;
        }
        return uid == 0 && gid == 0;
    }
}
