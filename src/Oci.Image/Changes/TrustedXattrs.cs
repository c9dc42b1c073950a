using System.Globalization;

namespace Oci.Image.Changes;

/// <summary>Whether this process can see <c>trusted.*</c> attributes: the kernel hides them from others without a word (xattr(7)).</summary>
internal static class TrustedXattrs
{
    private const int CAP_SYS_ADMIN = 21;

    // The inode number of the first user namespace (PROC_USER_INIT_INO, include/linux/proc_ns.h).
    private const string InitialUserNamespace = "user:[4026531837]";

    /// <summary>Refuses to take marks that cannot be seen for marks that are not there.</summary>
    /// <exception cref="OciImageException">They are hidden from this process.</exception>
    public static void ThrowIfHidden(string upper)
    {
        if (!AreVisible())
        {
            throw new OciImageException($"The overlay marks of '{upper}' are trusted.* attributes, which this process cannot see. Run as root outside of any user namespace, or, if the overlay was mounted with userxattr, set UpperOptions.UserXattr.");
        }
    }

    private static bool AreVisible()
    {
        string? effective = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        return effective is not null
            && ulong.TryParse(effective.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong capabilities)
            && (capabilities >> CAP_SYS_ADMIN & 1) != 0
            && new FileInfo("/proc/self/ns/user").LinkTarget == InitialUserNamespace;
    }
}
