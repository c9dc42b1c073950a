using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Cgroups;

/// <summary>The cgroup of one container, in whatever version the system has.</summary>
internal interface ICgroup
{
    /// <summary>Its directories by controller, empty for the version 2 one: what <see cref="CgroupHost.Reopen"/> needs.</summary>
    IReadOnlyDictionary<string, string> Paths { get; }

    /// <summary>The cgroups above it that <see cref="Create"/> made, the highest first. They are removed with it, unless others are in them by then.</summary>
    IReadOnlyList<string> MadeParents { get; }

    /// <summary>Gives it to a user of the host, where its version allows that.</summary>
    /// <returns>A sentence where this user may not.</returns>
    string? SetOwner(uint user);

    /// <summary>Makes it. What was made is removed again where that fails.</summary>
    /// <exception cref="ContainerException">It holds processes or is frozen, or could not be made.</exception>
    void Create();

    /// <summary>Sets limits and device rules.</summary>
    /// <returns>Sentences about what was asked for and is not enforced.</returns>
    /// <exception cref="InvalidSpecException">A limit is none of this version's.</exception>
    /// <exception cref="ContainerException">The kernel refused one.</exception>
    IReadOnlyList<string> Apply(LinuxSpec linux);

    /// <summary>Changes limits of a cgroup that is in use; members that are null stay as they are. Where one is refused, those set before are set back.</summary>
    /// <param name="resources">What is to change.</param>
    /// <param name="linux">The container's configuration, whose devices stay allowed.</param>
    /// <param name="cancellationToken">Ends the call before anything is changed.</param>
    /// <returns>Sentences about what was asked for and is not enforced.</returns>
    /// <exception cref="InvalidSpecException">A limit is none of this version's.</exception>
    /// <exception cref="ContainerException">The kernel refused one.</exception>
    Task<IReadOnlyList<string>> UpdateAsync(LinuxResources resources, LinuxSpec linux, CancellationToken cancellationToken);

    /// <summary>What it uses now.</summary>
    ContainerStats ReadStats(DateTimeOffset time);

    /// <summary>Sends a signal to all its processes.</summary>
    Task SignalAsync(int signal, CancellationToken cancellationToken);

    /// <summary>The unit of systemd that it is; null where this process makes it itself.</summary>
    string? SystemdUnit { get; }

    /// <summary>Puts the container's first process in.</summary>
    Task StartAsync(int pid, CancellationToken cancellationToken);

    /// <summary>Moves a process in, with its later children.</summary>
    void Add(int pid);

    /// <summary>Its processes, with those of cgroups below; empty where it is gone.</summary>
    IReadOnlyList<int> ReadProcesses();

    /// <summary>Stops all its processes, or lets them go on, and waits until that is so.</summary>
    Task SetFrozenAsync(bool frozen, CancellationToken cancellationToken);

    /// <summary>Whether its processes are stopped.</summary>
    bool IsFrozen();

    /// <summary>Kills all its processes, frozen ones too, and waits until none is left.</summary>
    Task KillAsync(CancellationToken cancellationToken);

    /// <summary>Removes the directories that are empty, at once.</summary>
    /// <returns>Whether all are gone; else there are processes in one, or cgroups below it.</returns>
    /// <exception cref="ContainerException">The kernel refused for another reason.</exception>
    bool TryDelete();

    /// <summary>Removes it with the cgroups below; it must have no processes. True where nothing is left.</summary>
    Task DeleteAsync(CancellationToken cancellationToken);
}
