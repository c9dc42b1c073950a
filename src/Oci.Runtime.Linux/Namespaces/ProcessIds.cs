using System.Runtime.InteropServices;

namespace Oci.Runtime.Linux.Namespaces;

/// <summary>The ids that this process acts under (getuid(2), getgid(2)).</summary>
internal static partial class ProcessIds
{
    public static uint EffectiveUser => geteuid();

    public static uint EffectiveGroup => getegid();

    [LibraryImport("libc")]
    private static partial uint geteuid();

    [LibraryImport("libc")]
    private static partial uint getegid();
}
