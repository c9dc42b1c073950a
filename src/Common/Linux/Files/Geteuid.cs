using System.Runtime.InteropServices;

namespace Oci.Common.Linux;

internal static partial class Libc
{
    /// <summary>geteuid(2).</summary>
    [LibraryImport(Library, EntryPoint = "geteuid")]
    public static partial uint Geteuid();

    /// <summary>getegid(2).</summary>
    [LibraryImport(Library, EntryPoint = "getegid")]
    public static partial uint Getegid();
}
