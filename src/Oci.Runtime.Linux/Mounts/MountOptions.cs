using Oci.Runtime.Linux.Planning;

namespace Oci.Runtime.Linux.Mounts;

/// <summary>The options of one mount, sorted into what the kernel's mount calls take (runtime-spec, config.md, "Linux mount options").</summary>
internal sealed record MountOptions
{
    private const long Readonly = 0x1;
    private const long NoSuid = 0x2;
    private const long NoDev = 0x4;
    private const long NoExec = 0x8;
    private const long AccessTimes = 0x70;
    private const long NoAccessTime = 0x10;
    private const long StrictAccessTime = 0x20;
    private const long NoDirectoryAccessTime = 0x80;
    private const long NoSymlinkFollow = 0x200000;

    // MOUNT_ATTR_*: what is set and what is cleared first. RELATIME is 0.
    private static readonly Dictionary<string, (long Set, long Clear)> Attributes = new(StringComparer.Ordinal)
    {
        ["ro"] = (Readonly, 0),
        ["rw"] = (0, Readonly),
        ["nosuid"] = (NoSuid, 0),
        ["suid"] = (0, NoSuid),
        ["nodev"] = (NoDev, 0),
        ["dev"] = (0, NoDev),
        ["noexec"] = (NoExec, 0),
        ["exec"] = (0, NoExec),
        ["noatime"] = (NoAccessTime, AccessTimes),
        ["atime"] = (0, AccessTimes),
        ["relatime"] = (0, AccessTimes),
        ["norelatime"] = (StrictAccessTime, AccessTimes),
        ["strictatime"] = (StrictAccessTime, AccessTimes),
        ["nostrictatime"] = (0, AccessTimes),
        ["nodiratime"] = (NoDirectoryAccessTime, 0),
        ["diratime"] = (0, NoDirectoryAccessTime),
        ["nosymfollow"] = (NoSymlinkFollow, 0),
        ["symfollow"] = (0, NoSymlinkFollow),
    };

    // Of the filesystem, not of the mount. What only clears a default says nothing to a new filesystem; iversion is its own
    // affair since Linux 5.12, and mandatory locks are gone since 5.15.
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        "defaults", "async", "mand", "nomand", "nolazytime", "iversion", "noiversion", "loud", "silent",
    };

    public bool IsBind { get; private init; }

    /// <summary>Whether a bind mount takes the mounts below along.</summary>
    public bool IsRecursive { get; private init; }

    /// <summary>MOUNT_ATTR_* for the mount itself.</summary>
    public long Set { get; private init; }

    public long Clear { get; private init; }

    /// <summary>MOUNT_ATTR_* for the mount and all below it: <c>rro</c> and its like.</summary>
    public long RecursiveSet { get; private init; }

    public long RecursiveClear { get; private init; }

    /// <summary>Words of <see cref="MountPropagation"/>, in order.</summary>
    public IReadOnlyList<string> Propagation { get; private init; } = [];

    /// <summary>What the filesystem itself is told: <c>key</c> or <c>key=value</c>.</summary>
    public IReadOnlyList<string> Data { get; private init; } = [];

    /// <summary>Whether the ids are mapped (<c>idmap</c>), and whether in the mounts below too (<c>ridmap</c>).</summary>
    public bool IsMapped { get; private init; }

    public bool IsMappedRecursively { get; private init; }

    /// <summary>Whether a mount that is there is changed, not a new one made.</summary>
    public bool IsRemount { get; private init; }

    /// <summary>Whether a tmpfs begins with what the directory under it holds.</summary>
    public bool CopiesUp { get; private init; }

    public static MountOptions Parse(string? type, IReadOnlyList<string>? options)
    {
        bool isBind = type is "bind", isRecursive = false, isMapped = false, isMappedRecursively = false, isRemount = false, copiesUp = false;
        long set = 0, clear = 0, recursiveSet = 0, recursiveClear = 0;
        List<string> propagation = [], data = [];
        foreach (string option in options ?? [])
        {
            if (option is "bind" or "rbind")
            {
                isBind = true;
                isRecursive |= option is "rbind";
            }
            else if (Attributes.TryGetValue(option, out (long Set, long Clear) attribute))
            {
                (set, clear) = Combine(set, clear, attribute);
            }
            else if (option.StartsWith('r') && Attributes.TryGetValue(option[1..], out (long Set, long Clear) recursive))
            {
                (recursiveSet, recursiveClear) = Combine(recursiveSet, recursiveClear, recursive);
            }
            else if (MountPropagation.Parse(option) is not null)
            {
                propagation.Add(option);
            }
            else if (option is "idmap" or "ridmap")
            {
                isMapped = true;
                isMappedRecursively |= option is "ridmap";
            }
            else if (option is "remount")
            {
                isRemount = true;
            }
            else if (option is "tmpcopyup")
            {
                copiesUp = true;
            }
            else if (!Ignored.Contains(option) && option.Length > 0)
            {
                data.Add(option);
            }
        }
        return new MountOptions
        {
            IsBind = isBind,
            IsRecursive = isRecursive,
            Set = set,
            Clear = clear,
            RecursiveSet = recursiveSet,
            RecursiveClear = recursiveClear,
            Propagation = propagation,
            Data = data,
            IsMapped = isMapped,
            IsMappedRecursively = isMappedRecursively,
            IsRemount = isRemount,
            CopiesUp = copiesUp,
        };
    }

    /// <summary>The options with the SELinux context of the container's filesystems, where the type takes one.</summary>
    /// <remarks>As in runc, procfs, sysfs and mqueue are labelled by the policy.</remarks>
    public MountOptions WithLabel(string type, string? label) =>
        string.IsNullOrEmpty(label) || type is "proc" or "sysfs" or "mqueue" || Data.Any(d => d.StartsWith("context=", StringComparison.Ordinal))
            ? this
            : this with { Data = [.. Data, $"context={label}"] };

    /// <summary>The later option wins.</summary>
    private static (long Set, long Clear) Combine(long set, long clear, (long Set, long Clear) option) =>
        ((set & ~option.Clear) | option.Set, (clear & ~option.Set) | option.Clear);
}
