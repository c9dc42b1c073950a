using System.Text;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>A container's cgroup in the version 2 hierarchy (Documentation/admin-guide/cgroup-v2.rst).</summary>
internal sealed class CgroupV2(string containerId, string directory, IReadOnlyList<string>? madeParents = null)
    : Cgroup(containerId, new Dictionary<string, string> { [""] = directory }, madeParents)
{
    private readonly string _directory = directory;

    // runtime-spec, config-linux.md, "Cgroup ownership": the directory and these files, and the user alone, not the group.
    public override string? SetOwner(uint user)
    {
        const string list = "/sys/kernel/cgroup/delegate";
        IEnumerable<string> files = File.Exists(list) ? File.ReadLines(list) : CgroupOwnership.DefaultFiles;
        foreach (string path in files.Where(f => f.Length > 0 && !f.Contains('/')).Select(f => $"{_directory}/{f}").Where(File.Exists).Append(_directory))
        {
            Errno errno = Libc.Fchownat(Libc.AT_FDCWD, [.. Encoding.UTF8.GetBytes(path), 0], user, uint.MaxValue, Libc.AT_SYMLINK_NOFOLLOW);
            if (errno == Errno.EPERM)
            {
                return $"The container cannot make cgroups of its own: this user may not give {path} to user {user}.";
            }
            if (errno != Errno.None)
            {
                throw Files.Failure($"giving {path} to user {user}", errno, path, "/linux/cgroupsPath", null);
            }
        }
        return null;
    }

    public override IReadOnlyList<string> Apply(LinuxSpec linux)
    {
        if (linux.Resources is not { } resources)
        {
            return [];
        }
        Apply(CgroupV2Limits.From(resources));
        return ApplyDevices(linux);
    }

    private IReadOnlyList<string> ApplyDevices(LinuxSpec linux) =>
        CgroupDeviceRules.From(linux) is { Count: > 0 } rules && DeviceProgramLoader.Apply(_directory, rules, Files) is string notice ? [notice] : [];

    public override Task<IReadOnlyList<string>> UpdateAsync(LinuxResources resources, LinuxSpec linux, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        CheckMemoryUse(resources.Memory);
        Update(CgroupV2Limits.From(CgroupV2Limits.Complete(resources, Files.Read(_directory, "memory.max"), Files.Read(_directory, "cpu.max"))));
        return Task.FromResult(ApplyDevices(linux with { Resources = resources }));
    }

    public override ContainerStats ReadStats(DateTimeOffset time) =>
        new CgroupV2Stats(file => Files.Read(_directory, file), CgroupFiles.List(_directory)).Read(time);

    // Writing a limit below the use makes version 2 reclaim and then kill, where version 1 refuses.
    private void CheckMemoryUse(LinuxMemory? memory)
    {
        if (memory is { CheckBeforeUpdate: true, Limit: > 0 and long limit }
            && CgroupText.Number(Files.Read(_directory, "memory.current")) is { } current && current > (ulong)limit)
        {
            throw ContainerException.From(new ContainerFailure
            {
                ContainerId = ContainerId,
                Step = $"setting memory.max to {limit}",
                Path = $"{_directory}/memory.max",
                SpecPointer = "/linux/resources/memory/limit",
                Hint = "Choose a higher limit, or leave checkBeforeUpdate out: the kernel then reclaims, and kills if that is not enough.",
            }, $"{current} bytes are in use");
        }
    }

    public override async Task SetFrozenAsync(bool frozen, CancellationToken cancellationToken)
    {
        Files.Write(_directory, "cgroup.freeze", frozen ? "1" : "0");
        if (!await CgroupWait.UntilAsync(() => IsFrozen() == frozen, cancellationToken).ConfigureAwait(false))
        {
            Files.Write(_directory, "cgroup.freeze", "0");
            throw ContainerException.From(new ContainerFailure { ContainerId = ContainerId, Step = frozen ? "freezing" : "thawing", Path = _directory },
                $"the processes did not stop in {CgroupWait.Limit.TotalSeconds} s");
        }
    }

    public override bool IsFrozen() => (Files.Read(_directory, "cgroup.events") ?? "").Split('\n').Contains("frozen 1");

    protected override bool CanFreeze => Directory.Exists(_directory);

    // An empty cgroup that will freeze what comes in is frozen too.
    protected override bool IsFrozen(string directory) => Files.Read(directory, "cgroup.freeze") is "1";

    protected override bool PreparesParents => true;

    // One at a time: one controller that cannot be had must not take the others with it. What is missing in the end is
    // told where a limit needs it.
    protected override void PrepareParent(string directory)
    {
        string enabled = Files.Read(directory, "cgroup.subtree_control") ?? "";
        foreach (string controller in (Files.Read(directory, "cgroup.controllers") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!enabled.Split(' ').Contains(controller))
            {
                _ = Files.TryWrite(directory, "cgroup.subtree_control", $"+{controller}");
            }
        }
    }

    // cgroup.kill came with Linux 5.14; before, a frozen cgroup holds still for its processes to be signalled, and
    // unlike in version 1 a frozen process dies at once.
    protected override async Task SendKillAsync(CancellationToken cancellationToken)
    {
        Errno errno = Files.TryWrite(_directory, "cgroup.kill", "1");
        if (errno != Errno.ENOENT)
        {
            if (errno != Errno.None)
            {
                throw Files.Failure("killing all processes", errno, $"{_directory}/cgroup.kill", null, null);
            }
            return;
        }
        if (!Directory.Exists(_directory))
        {
            return;
        }
        await SetFrozenAsync(frozen: true, cancellationToken).ConfigureAwait(false);
        try
        {
            Signal(Libc.SIGKILL);
        }
        finally
        {
            Files.Write(_directory, "cgroup.freeze", "0");
        }
    }
}
