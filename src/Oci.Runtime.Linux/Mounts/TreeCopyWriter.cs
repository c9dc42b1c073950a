using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>Writes the steps that copy one file after another.</summary>
internal sealed class TreeCopyWriter(PlanBuilder builder, CopyUpRequest request)
{
    private const int ModeOffset = 28;
    private const int UidOffset = 20;
    private const int GidOffset = 24;
    private const long MaxTransfer = 0x7ffff000;

    private readonly PlanFlags _flags = new(builder.Architecture);
    private readonly PlanCell _from = PlanCell.Slot("from");
    private readonly PlanCell _to = PlanCell.Slot("to");
    private readonly PlanCell _status = new("statx", new byte[256]);
    private long _cells;

    /// <summary>About the bytes that the program takes so far.</summary>
    public long Size => (builder.Steps.Count * (long)ProgramLayout.OperationSize) + _cells;

    /// <summary>Owner and mode of the directory itself.</summary>
    public void AddRoot()
    {
        builder.Begin(request.Label, request.SpecPointer, request.Path);
        PlanArgument here = builder.Text(".");
        AddStatus(CopyUpPlanner.Source);
        AddOwner(here);
        builder.Add(SystemCall.fchmodat, [CopyUpPlanner.Target, here, PlanArgument.ValueOf(_status, ModeOffset)]);
    }

    public void Add(TreeEntry entry)
    {
        string name = PathText.Describe(entry.Path);
        builder.Begin($"{request.Label}: {name}", request.SpecPointer, $"{request.Path}/{name}");
        PlanArgument path = Bytes(name, entry.Path);
        if (entry.IsLeft)
        {
            AddTimes(path, entry);
            return;
        }
        PlanLabel gone = builder.NewLabel();
        PlanLabel same = builder.NewLabel();
        PlanLabel close = builder.NewLabel();
        bool isRegular = entry.Status.Type == Libc.S_IFREG;
        // A link on the way, or at the end, was put there since the listing.
        builder.Add(
            SystemCall.openat2,
            [CopyUpPlanner.Source, path, PlanArgument.AddressOf(_flags.HowBeneath(isRegular)), 24],
            [Errno.ENOENT, Errno.ENOTDIR, Errno.ELOOP, Errno.EAGAIN],
            _from,
            onError: gone);
        AddStatus(_from);
        builder.JumpIf(PlanArgument.ValueOf(_status, ModeOffset), Libc.S_IFMT, entry.Status.Type, same);
        builder.Jump(close);
        builder.Place(same);
        AddMake(path, entry, close);
        AddOwner(path);
        if (entry.Status.Type != Libc.S_IFLNK)
        {
            builder.Add(SystemCall.fchmodat, [CopyUpPlanner.Target, path, PlanArgument.ValueOf(_status, ModeOffset)]);
        }
        AddAttributes(path, entry);
        if (entry.Status.Type != Libc.S_IFDIR)
        {
            AddTimes(path, entry);
        }
        builder.Place(close);
        builder.Add(SystemCall.close, [_from]);
        builder.Place(gone);
    }

    private void AddMake(PlanArgument path, TreeEntry entry, PlanLabel onLeftOut)
    {
        PlanArgument target = CopyUpPlanner.Target;
        // ENOENT: the directory it is in was left out.
        switch (entry.Status.Type)
        {
            case Libc.S_IFDIR:
                builder.Add(SystemCall.mkdirat, [target, path, PlanFlags.Octal(0x1C0 /* 0700 */)], [Errno.ENOENT], onError: onLeftOut);
                break;
            case Libc.S_IFLNK:
                builder.Add(SystemCall.symlinkat, [Bytes(PathText.Describe(entry.LinkTarget), entry.LinkTarget!), target, path], [Errno.ENOENT], onError: onLeftOut);
                break;
            case Libc.S_IFREG:
                builder.Add(SystemCall.openat, [target, path, _flags.CreateFileToWrite, PlanFlags.Octal(0x180 /* 0600 */)], [Errno.ENOENT], _to, onError: onLeftOut);
                // At a full filesystem a transfer ends early without an error: the one after it tells.
                for (ulong left = entry.Status.stx_size; left > 0; left -= Math.Min(left, (ulong)MaxTransfer))
                {
                    builder.Add(SystemCall.sendfile, [_to, _from, 0, MaxTransfer]);
                }
                builder.Add(SystemCall.sendfile, [_to, _from, 0, MaxTransfer]);
                builder.Add(SystemCall.close, [_to]);
                break;
            default:
                long type = entry.Status.stx_mode & Libc.S_IFMT;
                builder.Add(SystemCall.mknodat, [target, path, PlanFlags.Octal(type | 0x180), DevicePlanner.DeviceNumber(entry.Status.stx_rdev_major, entry.Status.stx_rdev_minor)], [Errno.ENOENT], onError: onLeftOut);
                break;
        }
    }

    private void AddStatus(PlanCell file) =>
        builder.Add(
            SystemCall.statx,
            [file, builder.Text(""), PlanArgument.Number(0x1100, "AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH"), PlanArgument.Number(Libc.STATX_BASIC_STATS, "STATX_BASIC_STATS"), PlanArgument.AddressOf(_status)]);

    // The kernel takes the low half of an argument as an id, and what stands above it in struct statx is another member.
    private void AddOwner(PlanArgument path) =>
        builder.Add(
            SystemCall.fchownat,
            [CopyUpPlanner.Target, path, PlanArgument.ValueOf(_status, UidOffset), PlanArgument.ValueOf(_status, GidOffset), PlanArgument.Number(0x100, "AT_SYMLINK_NOFOLLOW")],
            [Errno.EINVAL, Errno.EPERM]);

    private void AddAttributes(PlanArgument path, TreeEntry entry)
    {
        if (entry.Attributes.Count == 0)
        {
            return;
        }
        builder.Add(SystemCall.openat, [CopyUpPlanner.Target, path, PlanArgument.Number(Libc.O_CLOEXEC | _flags.NoFollow, "O_RDONLY|O_NOFOLLOW"), 0], result: _to);
        foreach ((byte[] name, byte[] value) in entry.Attributes)
        {
            // What a tmpfs of this kernel, or the container's user namespace, does not have.
            builder.Add(
                SystemCall.fsetxattr,
                [_to, Bytes(PathText.Describe(name), name), Bytes("value", value), value.Length, 0],
                [Errno.EOPNOTSUPP, Errno.EPERM, Errno.EINVAL]);
        }
        builder.Add(SystemCall.close, [_to]);
    }

    private void AddTimes(PlanArgument path, TreeEntry entry)
    {
        const long omit = 0x3ffffffe;
        Libc.StatxTimestamp time = entry.Status.stx_mtime;
        PlanCell times = PlanBuilder.Struct($"{{UTIME_OMIT, {time.tv_sec}.{time.tv_nsec:d9}}}", 0, omit, time.tv_sec, time.tv_nsec);
        _cells += times.Content.Length;
        // ENOENT: a directory that was left out.
        builder.Add(SystemCall.utimensat, [CopyUpPlanner.Target, path, PlanArgument.AddressOf(times), PlanArgument.Number(0x100, "AT_SYMLINK_NOFOLLOW")], [Errno.ENOENT]);
    }

    private PlanArgument Bytes(string name, byte[] content)
    {
        // An empty value has no address, and needs one.
        byte[] kept = content.Length == 0 ? [0] : content;
        _cells += kept.Length + 8;
        return PlanArgument.AddressOf(new PlanCell($"\"{name}\"", kept));
    }
}
