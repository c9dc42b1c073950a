using System.Globalization;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>What both versions do alike.</summary>
internal abstract class Cgroup(string containerId, IReadOnlyDictionary<string, string> paths, IReadOnlyList<string>? madeParents = null) : ICgroup
{
    /// <summary>How often a cgroup is tried to be made whose parents another container's end removes meanwhile.</summary>
    private const int MaxAttempts = 10;

    private readonly List<string> _madeParents = [.. madeParents ?? []];

    public IReadOnlyDictionary<string, string> Paths { get; } = paths;

    public IReadOnlyList<string> MadeParents => _madeParents;

    protected string ContainerId { get; } = containerId;

    protected CgroupFiles Files { get; } = new(containerId);

    /// <summary>The directories, each once: controllers can share one.</summary>
    protected IReadOnlyList<string> Directories { get; } = [.. paths.Values.Distinct()];

    public void Create()
    {
        var made = new List<string>();
        try
        {
            foreach (string directory in Directories)
            {
                if (MakeWithParents(directory, made))
                {
                    made.Add(directory);
                }
                else
                {
                    RefuseInUse(directory);
                }
                Prepare(directory);
            }
            _madeParents.AddRange(made.Except(Directories));
        }
        catch
        {
            for (int i = made.Count - 1; i >= 0; i--)
            {
                Files.Remove(made[i]);
            }
            throw;
        }
    }

    public string? SystemdUnit => null;

    public Task StartAsync(int pid, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Add(pid);
        return Task.CompletedTask;
    }

    /// <summary>Puts a process into a cgroup that another program made, and makes it in the hierarchies where it is missing.</summary>
    public void Adopt(int pid)
    {
        foreach (string directory in Directories)
        {
            var made = new List<string>();
            MakeWithParents(directory, made);
            _madeParents.AddRange(made);
            Prepare(directory);
        }
        Add(pid);
    }

    /// <summary>Throws where it holds processes or is frozen.</summary>
    public void RefuseInUse()
    {
        foreach (string directory in Directories)
        {
            RefuseInUse(directory);
        }
    }

    public virtual string? SetOwner(uint user) => null;

    public abstract IReadOnlyList<string> Apply(LinuxSpec linux);

    public abstract Task<IReadOnlyList<string>> UpdateAsync(LinuxResources resources, LinuxSpec linux, CancellationToken cancellationToken);

    public abstract ContainerStats ReadStats(DateTimeOffset time);

    // Frozen, no process can fork past the list that is read, end, and leave its number to another.
    public Task SignalAsync(int signal, CancellationToken cancellationToken) => WhileFrozenAsync(() => Signal(signal), cancellationToken);

    /// <summary>Does something while no process runs, where they can be frozen and are not already.</summary>
    protected async Task WhileFrozenAsync(Action action, CancellationToken cancellationToken)
    {
        bool freeze = CanFreeze && !IsFrozen();
        if (freeze)
        {
            await SetFrozenAsync(frozen: true, cancellationToken).ConfigureAwait(false);
        }
        try
        {
            action();
        }
        finally
        {
            if (freeze)
            {
                await SetFrozenAsync(frozen: false, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    public void Add(int pid)
    {
        foreach (string directory in Directories)
        {
            Files.Write(directory, "cgroup.procs", pid.ToString(CultureInfo.InvariantCulture), "/linux/cgroupsPath");
        }
    }

    public IReadOnlyList<int> ReadProcesses() => [.. Directories.SelectMany(Files.ReadProcesses).Distinct()];

    public abstract Task SetFrozenAsync(bool frozen, CancellationToken cancellationToken);

    public abstract bool IsFrozen();

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        await SendKillAsync(cancellationToken).ConfigureAwait(false);
        if (!await CgroupWait.UntilAsync(() => ReadProcesses().Count == 0, cancellationToken).ConfigureAwait(false))
        {
            throw ContainerException.From(new ContainerFailure
            {
                ContainerId = ContainerId,
                Step = "killing all processes",
                Path = Directories[0],
                Hint = "A process that the kernel cannot end waits for a device or a network file system: see /proc/PID/stack.",
            }, $"processes {string.Join(", ", ReadProcesses().Take(5))} are there {CgroupWait.Limit.TotalSeconds} s after SIGKILL");
        }
    }

    public bool TryDelete()
    {
        bool removed = true;
        foreach (string directory in Directories)
        {
            removed &= Files.Remove(directory);
        }
        if (removed)
        {
            RemoveMadeParents();
        }
        return removed;
    }

    public async Task DeleteAsync(CancellationToken cancellationToken)
    {
        foreach (string directory in Directories)
        {
            if (!await CgroupWait.UntilAsync(() => RemoveAll(directory), cancellationToken).ConfigureAwait(false))
            {
                throw Files.Failure($"removing the cgroup {directory}", Errno.EBUSY, directory, null, "Kill the processes in it first.");
            }
        }
        RemoveMadeParents();
    }

    /// <summary>Whether there is something to freeze it with.</summary>
    protected abstract bool CanFreeze { get; }

    /// <summary>Sends SIGKILL to every process, also to one that is being forked meanwhile.</summary>
    protected abstract Task SendKillAsync(CancellationToken cancellationToken);

    /// <summary>What a new directory needs before a process can be in it.</summary>
    protected virtual void Prepare(string directory)
    {
    }

    /// <summary>Whether <see cref="PrepareParent"/> does something.</summary>
    protected virtual bool PreparesParents => false;

    /// <summary>What the directories above need before one is made below; <paramref name="directory"/> is there.</summary>
    protected virtual void PrepareParent(string directory)
    {
    }

    /// <summary>Whether a directory that was there before is frozen.</summary>
    protected abstract bool IsFrozen(string directory);

    protected void Apply(IEnumerable<CgroupWrite> writes) => new CgroupWriter(ContainerId, Paths, Files).Apply(writes);

    protected void Update(IEnumerable<CgroupWrite> writes) => new CgroupWriter(ContainerId, Paths, Files).Update(writes);

    protected void Signal(int signal)
    {
        foreach (int pid in ReadProcesses().Where(pid => pid > 0))
        {
            Errno errno = Libc.Kill(pid, signal);
            if (errno is not (Errno.None or Errno.ESRCH))
            {
                throw Files.Failure($"sending signal {signal} to process {pid}", errno, Directories[0], null, null);
            }
        }
    }

    private void RemoveMadeParents()
    {
        foreach (string parent in _madeParents.AsEnumerable().Reverse())
        {
            // One that others are in by now stays: it is theirs too.
            Files.Remove(parent);
        }
    }

    private bool MakeWithParents(string directory, List<string> made)
    {
        for (int attempt = 1; ; attempt++)
        {
            MakeParents(directory, made);
            try
            {
                return Files.Make(directory);
            }
            catch (ContainerException e) when (e.Errno == (int)Errno.ENOENT && attempt < MaxAttempts)
            {
                // The container that had made the parent has removed it since.
            }
        }
    }

    // From the hierarchy's mount point down; what is not there is made, what is there is left as it is.
    private void MakeParents(string directory, List<string> made)
    {
        string? parent = Path.GetDirectoryName(directory);
        if (parent is null || parent.Length <= 1)
        {
            return;
        }
        if (!Directory.Exists(parent))
        {
            MakeParents(parent, made);
            if (Files.Make(parent))
            {
                made.Add(parent);
            }
            Prepare(parent);
        }
        else if (PreparesParents)
        {
            PrepareParents(parent);
        }
        PrepareParent(parent);
    }

    private void PrepareParents(string existing)
    {
        string? above = Path.GetDirectoryName(existing);
        if (above is not null && File.Exists($"{above}/cgroup.procs"))
        {
            PrepareParents(above);
            PrepareParent(above);
        }
    }

    // The CVE record: to join a cgroup in use is to be limited, frozen and killed with strangers.
    private void RefuseInUse(string directory)
    {
        List<int> pids = Files.ReadProcesses(directory);
        string? problem = pids.Count > 0 ? $"it holds processes ({string.Join(", ", pids.Take(5))})" : IsFrozen(directory) ? "it is frozen" : null;
        if (problem is not null)
        {
            throw ContainerException.From(new ContainerFailure
            {
                ContainerId = ContainerId,
                Step = $"making the cgroup {directory}",
                Path = directory,
                SpecPointer = "/linux/cgroupsPath",
                Hint = "Choose another cgroupsPath, or end what is in it.",
            }, problem);
        }
    }

    private bool RemoveAll(string directory)
    {
        // Mostly there is nothing below it, and the kernel is quicker to say so than a listing.
        if (Files.Remove(directory))
        {
            return true;
        }
        bool removed = true;
        foreach (string below in CgroupFiles.Descendants(directory))
        {
            removed &= Files.Remove(below);
        }
        return Files.Remove(directory) && removed;
    }
}
