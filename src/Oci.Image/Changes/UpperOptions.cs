namespace Oci.Image.Changes;

/// <summary>What an overlay's upper directory is to be read as.</summary>
public sealed class UpperOptions
{
    /// <summary>
    /// The overlay was mounted with <c>userxattr</c>, as in a user namespace: its marks are <c>user.overlay.*</c>. Default
    /// false: they are <c>trusted.overlay.*</c>, which only a process with CAP_SYS_ADMIN outside of any user namespace can read.
    /// </summary>
    /// <remarks>Marks of the other kind are not overlayfs's but whoever's wrote into the tree, and are not looked at.</remarks>
    public bool UserXattr { get; set; }

    /// <summary>
    /// What the lower layers make together; <see langword="null"/>, the default, where it is not known. With it, whiteouts
    /// and opaque marks that hide nothing are left out, as overlayfs makes one for each new directory.
    /// </summary>
    public TreeSnapshot? Below { get; set; }
}
