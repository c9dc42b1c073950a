namespace Oci.Image.RootFilesystems;

/// <summary>What an unpack does about the owners that entries name.</summary>
public enum OwnershipPolicy
{
    /// <summary>Set them where the kernel lets this process do so (it has CAP_CHOWN and the id is mapped); else as <see cref="Record"/>.</summary>
    Auto,

    /// <summary>Set them; an owner that cannot be set fails the unpack.</summary>
    Preserve,

    /// <summary>
    /// Leave all files to the user of this process, and note owners other than 0:0 in the extended attribute
    /// <c>user.rootlesscontainers</c>, as umoci and others do (rootlesscontaine.rs). Links and devices cannot carry it.
    /// </summary>
    Record,

    /// <summary>Leave all files to the user of this process, and note nothing.</summary>
    Ignore,
}
