using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Sets the limits of one cgroup.</summary>
/// <remarks>
/// Some limits bound each other (memory and memory with swap, quota, period and burst, idle and shares), so that the
/// right order depends on what is set now. What the kernel refuses as invalid is therefore tried again after the others.
/// </remarks>
internal sealed class CgroupWriter(string containerId, IReadOnlyDictionary<string, string> paths, CgroupFiles files)
{
    private readonly List<CgroupWrite> _undo = [];

    /// <summary>Makes the writes.</summary>
    /// <exception cref="ContainerException">The kernel refused one; those before it are made.</exception>
    public void Apply(IEnumerable<CgroupWrite> writes) => Write([.. writes], keepsUndo: false);

    /// <summary>Makes the writes, all or none: where one is refused, what was set before is set back to what it was.</summary>
    /// <exception cref="ContainerException">The kernel refused one.</exception>
    public void Update(IEnumerable<CgroupWrite> writes)
    {
        try
        {
            Write([.. writes], keepsUndo: true);
        }
        catch (ContainerException)
        {
            _undo.Reverse();
            Write(_undo, keepsUndo: false, isUndo: true);
            throw;
        }
    }

    private void Write(List<CgroupWrite> writes, bool keepsUndo, bool isUndo = false)
    {
        while (writes.Count > 0)
        {
            var refused = new List<CgroupWrite>();
            ContainerException? failure = null;
            foreach (CgroupWrite write in writes)
            {
                if (Find(write) is not var (directory, file, value))
                {
                    continue;
                }
                string? before = keepsUndo ? files.Read(directory, file) : null;
                Errno errno = files.TryWrite(directory, file, value);
                if (errno == Errno.None)
                {
                    KeepForUndo(write, file, before);
                    continue;
                }
                failure ??= files.RefusedWrite(directory, file, value, write.Pointer, errno);
                if (errno is not (Errno.EINVAL or Errno.EBUSY) && !isUndo)
                {
                    throw failure;
                }
                refused.Add(write);
            }
            if (refused.Count == writes.Count)
            {
                if (isUndo)
                {
                    // The failure that is being told is the one that matters.
                    return;
                }
                throw failure!;
            }
            writes = refused;
        }
    }

    // Only what one write sets whole: a list by device is changed line by line.
    private void KeepForUndo(CgroupWrite write, string file, string? before)
    {
        if (before is not null && !before.AsSpan().ContainsAny('\n', ':'))
        {
            _undo.Add(new CgroupWrite(write.Controller, file, before.Length == 0 ? "\n" : before, write.Pointer));
        }
    }

    /// <summary>Where a write goes; null for one that this kernel has no file for and may go without.</summary>
    private (string Directory, string File, string Value)? Find(CgroupWrite write)
    {
        string directory = paths.GetValueOrDefault(write.Controller) ?? FindUnified(write) ?? throw Missing(write);
        bool useOther = write.OtherFile is not null && !File.Exists($"{directory}/{write.File}");
        string file = useOther ? write.OtherFile! : write.File;
        return write.IsOptional && !File.Exists($"{directory}/{file}")
            ? null
            : (directory, file, useOther ? write.OtherValue ?? write.Value : write.Value);
    }

    private string? FindUnified(CgroupWrite write) =>
        paths.TryGetValue("", out string? unified)
            && (paths.Count == 1 || File.Exists($"{unified}/{write.File}") || (write.OtherFile is not null && File.Exists($"{unified}/{write.OtherFile}")))
            ? unified
            : null;

    private ContainerException Missing(CgroupWrite write) => ContainerException.From(new ContainerFailure
    {
        ContainerId = containerId,
        Step = $"setting {write.File}",
        SpecPointer = write.Pointer,
        Hint = "Mount that controller, or remove the limit.",
    }, $"no cgroup hierarchy with the controller {write.Controller} is mounted");
}
