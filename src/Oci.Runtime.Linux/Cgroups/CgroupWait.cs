namespace Oci.Runtime.Linux.Cgroups;

/// <summary>Waits for what the kernel does a little later and tells nobody: dead processes leave their cgroup once they are reaped.</summary>
internal static class CgroupWait
{
    /// <summary>How long the kernel, or the parent of a dead process, is given.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Asks again and again, at most <see cref="Limit"/>; false where the answer stayed no.</summary>
    public static async Task<bool> UntilAsync(Func<bool> isDone, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(1);
        while (!isDone())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limit)
            {
                return false;
            }
            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 50));
        }
        return true;
    }
}
