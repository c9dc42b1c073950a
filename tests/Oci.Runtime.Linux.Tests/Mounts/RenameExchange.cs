using System.Text;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Tests.Mounts;

/// <summary>Swaps two paths at once, so that each name always has a file.</summary>
internal static class RenameExchange
{
    private const uint RENAME_EXCHANGE = 2;

    public static void Swap(string one, string other) =>
        Libc.Renameat2(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(one + '\0'), Libc.AT_FDCWD, Encoding.UTF8.GetBytes(other + '\0'), RENAME_EXCHANGE).ThrowIfFailed("renameat2", one);
}
