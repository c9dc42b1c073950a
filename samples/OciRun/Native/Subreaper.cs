using System.Runtime.InteropServices;

namespace OciRun.Native;

/// <summary>Makes this process the parent of descendants that lose theirs (PR_SET_CHILD_SUBREAPER, prctl(2)).</summary>
internal static partial class Subreaper
{
    private const int PR_SET_CHILD_SUBREAPER = 36;

    /// <summary>So that processes of a container without a pid namespace stay below this one as long as it waits.</summary>
    public static void Become()
    {
        if (Prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
        {
            throw new IOException($"prctl(PR_SET_CHILD_SUBREAPER): {Marshal.GetLastPInvokeErrorMessage()}. Use --no-subreaper.");
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);
}
