using Oci.Runtime.Linux.Cgroups;

namespace Oci.Runtime.Linux;

/// <summary>Settings of a <see cref="ContainerRuntime"/>, which copies them when it is made.</summary>
public sealed class ContainerRuntimeOptions
{
    /// <summary>
    /// The directory that holds the state of the containers, made with mode 0700 where it is missing; an absolute path.
    /// Default: <c>/run/oci</c> for root; for others <c>oci</c> below <c>$XDG_RUNTIME_DIR</c>, or <c>/tmp/oci-UID</c> where that is not set.
    /// Root of a user namespace has the one in <c>$XDG_RUNTIME_DIR</c> where that is set.
    /// </summary>
    /// <remarks>Containers of one directory are seen by every process that uses it. It should not survive a reboot.</remarks>
    public string? Root
    {
        get;
        set
        {
            if (value is not null && !Path.IsPathRooted(value))
            {
                throw new ArgumentException($"'{value}' is not an absolute path.", nameof(value));
            }
            field = value;
        }
    }

    /// <summary>Who makes the cgroups of containers. Default: <see cref="CgroupDriver.Cgroupfs"/>.</summary>
    public CgroupDriver CgroupDriver { get; set; }

    /// <summary>The clock for the time of creation, for measured timings, and for the time limits of hooks and of programs that listen at sockets. Default: the system's.</summary>
    public TimeProvider TimeProvider
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = TimeProvider.System;
}
