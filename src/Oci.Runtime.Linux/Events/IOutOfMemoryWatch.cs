namespace Oci.Runtime.Linux.Events;

/// <summary>Notices want of memory in one cgroup.</summary>
internal interface IOutOfMemoryWatch : IDisposable
{
    /// <summary>Whether <see cref="TakeSignal"/> tells each case, not the count alone.</summary>
    bool HasSignal { get; }

    /// <summary>How many processes were killed so far; null where the kernel does not tell, or the cgroup is gone.</summary>
    ulong? ReadKillCount();

    /// <summary>Waits until it may have happened again; false where the cgroup is gone.</summary>
    Task<bool> WaitAsync(CancellationToken cancellationToken);

    /// <summary>Whether it has happened since it was last asked, even where nobody is killed.</summary>
    bool TakeSignal();
}
